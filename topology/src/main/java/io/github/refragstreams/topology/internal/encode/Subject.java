package io.github.refragstreams.topology.internal.encode;

import io.github.refragstreams.model.Chunker;
import io.github.refragstreams.model.PassageEncoder.Asker;
import io.github.refragstreams.schemas.Document;
import io.github.refragstreams.schemas.RetrievedPassage;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * A text that is to be encoded.
 *
 * @param passage the passage that it belongs to; null for a part of a document, which nobody waits
 *     for
 */
record Subject(@Nullable String title, String text, @Nullable RetrievedPassage passage) {
  static Subject of(SpecificRecord event) {
    if (event instanceof RetrievedPassage passage) {
      return new Subject(passage.getTitle(), passage.getText(), passage);
    }
    Document document = (Document) event;
    return new Subject(document.getTitle(), document.getText(), null);
  }

  /** Whom the encoder works for. */
  Asker asker() {
    return passage == null ? Asker.NOBODY : Asker.of(passage.getQueryId());
  }

  String readText() {
    return Chunker.readText(title, text);
  }

  @Override
  public String toString() {
    return "Subject[chars=" + text.length() + "]";
  }
}
