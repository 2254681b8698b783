package io.github.refragstreams.app.embedded;

/** Something else listens on the port that was asked for. */
public final class PortInUseException extends EmbeddedKafkaException {
  private static final long serialVersionUID = 1L;

  public PortInUseException(String host, int port, Throwable cause) {
    super(
        "port "
            + port
            + " on "
            + host
            + " cannot be bound ("
            + cause.getMessage()
            + "); choose another port, or 0 for a free one",
        cause);
  }
}
