package io.github.refragstreams.app.topics;

/** The cluster does not answer, or refuses. */
public final class ClusterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ClusterException(String cluster, Exception cause) {
    super("Kafka at " + cluster + ": " + reason(cause), cause);
  }

  private static String reason(Exception cause) {
    Throwable root = cause.getCause() == null ? cause : cause.getCause();
    String message = root.getMessage();
    return message == null ? root.getClass().getSimpleName() : message;
  }
}
