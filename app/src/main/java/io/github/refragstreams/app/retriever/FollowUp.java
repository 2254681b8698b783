package io.github.refragstreams.app.retriever;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a question means after the turns before it. One that names no subject ({@code "And its
 * population?"}) is about the subject that was named last; one that names nothing else ({@code "And
 * Chad?"}) asks of it what was asked last.
 */
final class FollowUp {
  private final Subjects subjects;
  private final QuestionAnalyzer names;
  private final QuestionAnalyzer stems;

  /**
   * Words to search with.
   *
   * @param names words, not stemmed, that may name a subject
   * @param stems stems in the order of the question
   */
  record Meant(Set<String> names, List<String> stems) {}

  FollowUp(Subjects subjects, QuestionAnalyzer names, QuestionAnalyzer stems) {
    this.subjects = subjects;
    this.names = names;
    this.stems = stems;
  }

  /**
   * @param earlier turns before the question, oldest first
   */
  Meant of(String question, List<Turn> earlier) {
    List<String> words = names.words(question);
    Set<String> subject = subjects.named(words);
    Set<String> meant = new LinkedHashSet<>(words);
    List<String> asked = new ArrayList<>(stems.words(question));
    if (subject.isEmpty()) {
      meant.addAll(subjectBefore(earlier));
    } else if (subject.containsAll(words)) {
      asked.addAll(askedBefore(earlier));
    }
    return new Meant(meant, asked);
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
        return stems.words(String.join(" ", words));
      }
    }
    return List.of();
  }
}
