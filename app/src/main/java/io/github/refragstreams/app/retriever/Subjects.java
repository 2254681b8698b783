package io.github.refragstreams.app.retriever;

import io.github.refragstreams.app.data.Passage;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What passages are about, by the words of their titles. {@code "Korea, North"} is named by its
 * main word already.
 */
final class Subjects {
  private final Set<Subject> all = new LinkedHashSet<>();

  /**
   * @param main words before the first comma or bracket
   * @param words all words
   */
  private record Subject(Set<String> main, Set<String> words) {}

  Subjects(Collection<Passage> passages, QuestionAnalyzer names) {
    Set<String> titles = new LinkedHashSet<>();
    passages.forEach(passage -> titles.add(PassageFields.subject(passage)));
    for (String title : titles) {
      Set<String> main = Set.copyOf(new HashSet<>(names.words(title.split("[,(]", 2)[0])));
      if (!main.isEmpty()) {
        all.add(new Subject(main, Set.copyOf(new HashSet<>(names.words(title)))));
      }
    }
  }

  /** Those of the words that name a subject; none when no subject is named. */
  Set<String> named(List<String> words) {
    Set<String> present = new LinkedHashSet<>(words);
    Set<String> naming = new HashSet<>();
    for (Subject subject : all) {
      if (present.containsAll(subject.main)) {
        naming.addAll(subject.words);
      }
    }
    present.retainAll(naming);
    return present;
  }
}
