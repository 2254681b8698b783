package io.github.refragstreams.app.client;

import java.time.Duration;

/** No answer came in time. */
public final class NoAnswerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NoAnswerException(Duration waited) {
    super(
        "no answer after "
            + waited.toSeconds()
            + " s; is 'refrag run' answering on these topics, and is its schema registry this one?");
  }
}
