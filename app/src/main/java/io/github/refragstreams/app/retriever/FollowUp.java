package io.github.refragstreams.app.retriever;

import io.github.refragstreams.app.data.Passage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * What a question means after the turns before it. One that names no subject ({@code "And its
 * population?"}) is about the subject that was named last; one that names nothing else ({@code "And
 * Chad?"}) asks of it what was asked last.
 */
final class FollowUp implements AutoCloseable {
  private final QuestionAnalyzer names = QuestionAnalyzer.forNames();
  private final Subjects subjects;

  /**
   * @param passages whose titles name the subjects
   */
  FollowUp(Collection<Passage> passages) {
    this.subjects = new Subjects(passages, names);
  }

  /**
   * The question, with the words behind it that it leaves to earlier turns.
   *
   * @param earlier turns before the question, oldest first
   */
  String complete(String question, List<Turn> earlier) {
    if (earlier.isEmpty()) {
      return question;
    }
    List<String> words = names.words(question);
    Set<String> subject = subjects.named(words);
    List<String> left = List.of();
    if (subject.isEmpty()) {
      left = List.copyOf(subjectBefore(earlier));
    } else if (subject.containsAll(words)) {
      left = askedBefore(earlier);
    }
    return left.isEmpty() ? question : question + " " + String.join(" ", left);
  }

  @Override
  public void close() {
    names.close();
  }

  private Set<String> subjectBefore(List<Turn> earlier) {
    for (int i = earlier.size() - 1; i >= 0; i--) {
      Set<String> subject = subjects.named(names.words(earlier.get(i).question()));
      if (subject.isEmpty()) {
        subject = subjects.named(names.words(earlier.get(i).answer()));
      }
      if (!subject.isEmpty()) {
        return subject;
      }
    }
    return Set.of();
  }

  private List<String> askedBefore(List<Turn> earlier) {
    for (int i = earlier.size() - 1; i >= 0; i--) {
      List<String> words = new ArrayList<>(names.words(earlier.get(i).question()));
      words.removeAll(subjects.named(words));
      if (!words.isEmpty()) {
        return words;
      }
    }
    return List.of();
  }
}
