package io.github.refragstreams.app.config;

import java.util.List;

/** The configuration cannot be used. Every mistake that was found is in the message. */
public final class InvalidConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidConfigException(List<String> problems) {
    super(String.join("; ", problems));
  }

  public InvalidConfigException(String problem) {
    this(List.of(problem));
  }
}
