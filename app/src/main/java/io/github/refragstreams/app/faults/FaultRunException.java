package io.github.refragstreams.app.faults;

/** What must happen in a fault run does not. */
public final class FaultRunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public FaultRunException(String message) {
    super(message);
  }
}
