package io.github.refragstreams.app.eval;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;
import java.util.regex.Pattern;

/**
 * Exact match and token F1 as the SQuAD 1.1 evaluation script defines them: both sides lower-cased,
 * without punctuation, articles and extra white space; the best of the acceptable answers counts.
 */
public final class AnswerMetrics {
  private static final Pattern PUNCTUATION = Pattern.compile("[!-/:-@\\[-`{-~]");
  private static final Pattern ARTICLES =
      Pattern.compile("\\b(a|an|the)\\b", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern BRACKETS = Pattern.compile("\\([^()]*\\)");

  /**
   * What is right where a question has no answers: to say nothing, or what bundles learn to say.
   */
  private static final List<String> REFUSALS = List.of("", "The passages do not say.");

  private static final Pattern SPACES = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

  private AnswerMetrics() {}

  /**
   * 1 when the prediction is one of the answers, else 0. Without answers it is right to say
   * nothing, or that the passages do not say.
   */
  public static double exactMatch(String prediction, List<String> answers) {
    return best(prediction, answers, (p, a) -> p.equals(a) ? 1 : 0);
  }

  /**
   * Harmonic mean of precision and recall over the words, 0 to 1, best answer; the exact match
   * where there are no answers.
   */
  public static double f1(String prediction, List<String> answers) {
    return answers.isEmpty()
        ? exactMatch(prediction, answers)
        : best(prediction, answers, AnswerMetrics::overlap);
  }

  /** Whether an answer occurs in the prediction as whole words, both normalised. */
  public static boolean contains(String prediction, List<String> answers) {
    String said = " " + normalised(prediction) + " ";
    return answers.stream()
        .map(AnswerMetrics::normalised)
        .anyMatch(answer -> !answer.isEmpty() && said.contains(" " + answer + " "));
  }

  /**
   * The answers without what stands in brackets, which explains rather than answers: {@code
   * "72.6%"} for {@code "72.6% (2018 est.)"}. An answer that is all brackets stays as it is.
   */
  public static List<String> withoutBrackets(List<String> answers) {
    return answers.stream().map(AnswerMetrics::withoutBrackets).toList();
  }

  private static String withoutBrackets(String answer) {
    String before;
    String rest = answer;
    do { // innermost first
      before = rest;
      rest = BRACKETS.matcher(before).replaceAll(" ");
    } while (!rest.equals(before));
    return normalised(rest).isEmpty() ? answer : rest.strip();
  }

  /** The words that are compared, joined by single spaces. */
  static String normalised(String text) {
    String words = PUNCTUATION.matcher(text.toLowerCase(Locale.ROOT)).replaceAll("");
    return SPACES.matcher(ARTICLES.matcher(words).replaceAll(" ")).replaceAll(" ").strip();
  }

  private static double best(
      String prediction, List<String> answers, ToDoubleBiFunction<String, String> score) {
    String words = normalised(prediction);
    List<String> acceptable = answers.isEmpty() ? REFUSALS : answers;
    return acceptable.stream()
        .mapToDouble(answer -> score.applyAsDouble(words, normalised(answer)))
        .max()
        .orElse(0);
  }

  private static double overlap(String prediction, String answer) {
    if (prediction.isEmpty() || answer.isEmpty()) {
      return prediction.equals(answer) ? 1 : 0;
    }
    String[] said = prediction.split(" ");
    String[] expected = answer.split(" ");
    Map<String, Integer> left = new HashMap<>();
    Arrays.stream(expected).forEach(word -> left.merge(word, 1, Integer::sum));
    int common = 0;
    for (String word : said) {
      if (left.merge(word, -1, Integer::sum) >= 0) {
        common++;
      }
    }
    return 2.0 * common / (said.length + expected.length);
  }
}
