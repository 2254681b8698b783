package io.github.refragstreams.app.client;

/** The question, or one of its passages, went to the dead letters. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RefusedException(String stage, String code) {
    super("the question was refused at stage '" + stage + "': " + code);
  }
}
