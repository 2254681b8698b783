package io.github.refragstreams.app.client;

/** The question went to the dead letters. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RefusedException(Refusal refusal) {
    super("the question was refused at stage '" + refusal.stage() + "': " + refusal.reason());
  }
}
