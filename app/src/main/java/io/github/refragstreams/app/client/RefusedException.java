package io.github.refragstreams.app.client;

/** The question went to the dead letters. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;

  RefusedException(Refusal refusal) {
    super("the question was refused at stage '" + refusal.stage() + "': " + refusal.reason());
    this.code = refusal.code();
  }

  /** Why: a name of {@code ErrorCode}, of this version or of another. */
  public String code() {
    return code;
  }
}
