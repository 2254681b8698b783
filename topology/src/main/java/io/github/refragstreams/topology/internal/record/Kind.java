package io.github.refragstreams.topology.internal.record;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** What a record on its way to the encoder is; told by a header of the internal topic. */
public enum Kind {
  /** A passage of a query. */
  PASSAGE,
  /** A passage that was refused: its query must not wait for it. */
  REFUSED,
  /** A part of a document. */
  DOCUMENT;

  private static final String HEADER = Origin.internalHeader("kind");

  /** The kind that the headers tell; PASSAGE when they tell none. */
  public static Kind of(Headers headers) {
    Header header = headers.lastHeader(HEADER);
    return header == null
        ? PASSAGE
        : valueOf(new String(header.value(), StandardCharsets.US_ASCII));
  }

  /** Adds the header. */
  public Headers addTo(Headers headers) {
    return headers.add(HEADER, name().getBytes(StandardCharsets.US_ASCII));
  }
}
