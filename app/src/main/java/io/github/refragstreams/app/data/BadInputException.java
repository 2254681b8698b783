package io.github.refragstreams.app.data;

import org.jspecify.annotations.Nullable;

/** A file that the user named is missing, unreadable or not what it should be. */
public final class BadInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BadInputException(String message) {
    this(message, null);
  }

  public BadInputException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
