package io.github.refragstreams.app.data;

import java.util.List;

/**
 * A question with its acceptable answers and the passages that belong to it.
 *
 * @param id identifies it in its file
 * @param type kind of question; empty when the file does not say
 * @param question the question
 * @param answers acceptable answers; none when the right output is a refusal
 * @param gold pids of the passages that hold the answer
 * @param negatives pids of passages that a retriever found but that do not hold it, best first
 */
public record Question(
    String id,
    String type,
    String question,
    List<String> answers,
    List<String> gold,
    List<String> negatives) {
  public Question {
    answers = List.copyOf(answers);
    gold = List.copyOf(gold);
    negatives = List.copyOf(negatives);
  }

  @Override
  public String toString() {
    return "Question[id=" + id + ", answers=" + answers.size() + "]";
  }
}
