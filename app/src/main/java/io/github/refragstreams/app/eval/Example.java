package io.github.refragstreams.app.eval;

import io.github.refragstreams.app.data.BadInputException;
import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.app.data.Question;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A question with the passages that every system gets for it.
 *
 * @param question the question
 * @param passages its gold passages and the first negatives, where these are too few also others
 *     that a keyword search finds and that hold no answer; shuffled, since their order here says
 *     nothing about where the answer is
 */
public record Example(Question question, List<Passage> passages) {
  public Example {
    passages = List.copyOf(passages);
  }

  /**
   * Draws questions and lays out their passages.
   *
   * @param questions to draw from
   * @param passages the corpus by pid
   * @param passagesPerQuestion most passages of a question
   * @param limit most questions
   * @param seed decides which questions, and how passages are shuffled
   * @throws BadInputException when the corpus lacks a passage
   */
  public static List<Example> draw(
      List<Question> questions,
      Map<String, Passage> passages,
      int passagesPerQuestion,
      int limit,
      long seed) {
    List<Question> drawn = new ArrayList<>(questions);
    Collections.shuffle(drawn, new Random(seed));
    try (Distractors distractors = new Distractors(passages.values())) {
      return drawn.stream()
          .limit(limit)
          .map(question -> of(question, passages, distractors, passagesPerQuestion, seed))
          .toList();
    }
  }

  private static Example of(
      Question question,
      Map<String, Passage> corpus,
      Distractors distractors,
      int most,
      long seed) {
    Set<String> pids = new LinkedHashSet<>(question.gold());
    pids.addAll(question.negatives());
    if (pids.size() < most) {
      pids.addAll(distractors.of(question, pids).limit(most - pids.size()).toList());
    }
    List<Passage> passages = new ArrayList<>();
    for (String pid : pids.stream().limit(most).toList()) {
      Passage passage = corpus.get(pid);
      if (passage == null) {
        throw new BadInputException(
            "question '"
                + question.id()
                + "' names passage '"
                + pid
                + "', which the passages file does not have");
      }
      passages.add(passage);
    }
    // The question's own seed: its passages keep their order whatever else is drawn.
    Collections.shuffle(passages, new Random(seed ^ question.id().hashCode()));
    return new Example(question, passages);
  }
}
