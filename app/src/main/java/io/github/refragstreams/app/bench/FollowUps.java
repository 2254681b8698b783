package io.github.refragstreams.app.bench;

import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.app.data.Question;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes follow-ups of questions that name the subject of their passage's title ({@code "Mongolia -
 * People"}): the subject is left to the question before.
 */
public final class FollowUps {
  private static final String SEPARATOR = " - ";

  /**
   * A question that does not say what it is about.
   *
   * @param before text of a question that says it
   * @param question the follow-up
   */
  public record FollowUp(String before, Question question) {}

  private FollowUps() {}

  /** All that can be made; the seed decides which question comes before which. */
  public static List<FollowUp> of(
      List<Question> questions, Collection<Passage> passages, long seed) {
    Map<String, String> subjects = subjects(passages);
    Map<String, List<Question>> bySubject = new HashMap<>();
    for (Question question : questions) {
      String subject = subject(question, subjects);
      if (question.question().contains(subject)) {
        bySubject.computeIfAbsent(subject, s -> new ArrayList<>()).add(question);
      }
    }
    Random random = new Random(seed);
    List<FollowUp> all = new ArrayList<>();
    for (Question question : questions) {
      String subject = subject(question, subjects);
      List<Question> others = new ArrayList<>(bySubject.getOrDefault(subject, List.of()));
      if (others.remove(question) && !others.isEmpty()) {
        String before = others.get(random.nextInt(others.size())).question();
        all.add(new FollowUp(before, with(question, text(question.question(), subject))));
      }
    }
    return all;
  }

  /** {@code "What is the capital of Peru?"} becomes {@code "And its capital?"}. */
  static String text(String question, String subject) {
    String name = Pattern.quote(subject);
    Matcher plain =
        Pattern.compile("(?:What|Who) (?:is|are) the (.*) (?:of|in) " + name + "\\?")
            .matcher(question);
    if (plain.matches()) {
      return "And its " + plain.group(1) + "?";
    }
    return question
        .replaceFirst("the (\\w+) of " + name, "its $1")
        .replaceFirst(" in " + name, " there")
        .replace(subject, "it");
  }

  private static Map<String, String> subjects(Collection<Passage> passages) {
    Map<String, String> subjects = new HashMap<>();
    for (Passage passage : passages) {
      String title = passage.title() == null ? "" : passage.title();
      int cut = title.lastIndexOf(SEPARATOR);
      subjects.put(passage.pid(), cut < 0 ? title : title.substring(0, cut));
    }
    return subjects;
  }

  private static String subject(Question question, Map<String, String> subjects) {
    return question.gold().isEmpty() ? "" : subjects.getOrDefault(question.gold().get(0), "");
  }

  private static Question with(Question question, String text) {
    return new Question(
        question.id(),
        question.type(),
        text,
        question.answers(),
        question.gold(),
        question.negatives());
  }
}
