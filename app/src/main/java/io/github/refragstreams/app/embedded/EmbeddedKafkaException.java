package io.github.refragstreams.app.embedded;

import org.jspecify.annotations.Nullable;

/** The embedded broker cannot start. */
public class EmbeddedKafkaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EmbeddedKafkaException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
