package io.github.refragstreams.model;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * Failures as they were before futures passed them on: one that depends on another, or is waited
 * for, tells the same failure within one of its own.
 */
public final class Causes {
  private Causes() {}

  /** What has failed; {@code thrown} itself where no future has put anything around it. */
  public static Throwable of(Throwable thrown) {
    Throwable cause = thrown;
    while (isOfAFuture(cause) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static boolean isOfAFuture(Throwable thrown) {
    return thrown instanceof CompletionException || thrown instanceof ExecutionException;
  }
}
