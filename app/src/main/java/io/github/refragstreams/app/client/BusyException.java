package io.github.refragstreams.app.client;

/** Others keep the cluster's readers busy: the same may be done in a moment. */
public final class BusyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BusyException() {
    super("others keep this client busy");
  }
}
