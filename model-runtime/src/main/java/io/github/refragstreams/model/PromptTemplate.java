package io.github.refragstreams.model;

import java.util.Locale;

/**
 * The fixed pieces around passages and question, as the bundle was trained with. What a user wrote
 * is always read as plain text. Immutable, safe for use by many threads.
 */
public final class PromptTemplate {
  /** Stands for the passage's place in the prompt, from 1, in {@link Texts#label}. */
  public static final String NUMBER = "{number}";

  /** Stands for the question in {@link Texts#opening} and {@link Texts#question}. */
  public static final String QUESTION = "{question}";

  /**
   * The texts between the head and the answer.
   *
   * @param opening stands before the first passage or turn; {@value #QUESTION} in it becomes the
   *     question, for a decoder that reads passages with it in mind; may be empty
   * @param separator stands before each passage but the first
   * @param label stands before a passage; {@value #NUMBER} in it becomes its place
   * @param question {@value #QUESTION} in it becomes the question
   */
  public record Texts(String opening, String separator, String label, String question) {
    public Texts {
      require(label.contains(NUMBER), "label", label, NUMBER);
      require(question.contains(QUESTION), "question", question, QUESTION);
    }

    private static void require(boolean holds, String name, String text, String placeholder) {
      if (!holds) {
        throw new IllegalArgumentException(
            "prompt." + name + " is \"" + text + "\"; it must contain " + placeholder);
      }
    }
  }

  private final Tokenizer tokenizer;
  private final Texts texts;
  private final int[] head;
  private final int[] separator;
  private final int[] blankLine;
  private final int[] tail;

  /**
   * @param head ids that every prompt starts with, special tokens included
   * @param tail ids between question and answer, special tokens included
   */
  public PromptTemplate(Tokenizer tokenizer, Texts texts, int[] head, int[] tail) {
    this.tokenizer = tokenizer;
    this.texts = texts;
    this.head = head.clone();
    this.separator = tokenizer.tokenize(texts.separator()).ids();
    int[] newline = tokenizer.tokenize("\n").ids();
    this.blankLine = concat(newline, newline);
    this.tail = tail.clone();
  }

  /** Ids that every prompt starts with. */
  public int[] head() {
    return head.clone();
  }

  /** Ids from the head to the first passage or turn. */
  public int[] opening(String question) {
    return tokenizer.tokenize(texts.opening().replace(QUESTION, question.strip())).ids();
  }

  /** Ids before the passage at place {@code index} of the prompt, from 0; separator included. */
  public int[] label(int index) {
    String number = String.format(Locale.ROOT, "%d", index + 1);
    int[] label = tokenizer.tokenize(texts.label().replace(NUMBER, number)).ids();
    return index == 0 ? label : concat(separator, label);
  }

  /** Ids before an earlier turn of the conversation. */
  public int[] turn() {
    return blankLine.clone();
  }

  /** Ids from the last passage or turn to the answer. */
  public int[] question(String question) {
    return concat(
        tokenizer.tokenize(texts.question().replace(QUESTION, question.strip())).ids(), tail);
  }

  private static int[] concat(int[] first, int[] second) {
    int[] all = new int[first.length + second.length];
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }
}
