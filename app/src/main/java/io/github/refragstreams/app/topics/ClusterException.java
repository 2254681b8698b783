package io.github.refragstreams.app.topics;

import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.RetriableException;

/** The cluster does not answer, or refuses. */
public final class ClusterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ClusterException(String cluster, Exception cause) {
    super("Kafka at " + cluster + ": " + reason(cause), cause);
  }

  /** Whether the cluster did not answer in time; else it answered that it refuses. */
  public boolean isUnreachable() {
    Throwable cause = getCause();
    return cause instanceof TimeoutException
        || (cause != null && cause.getCause() instanceof RetriableException);
  }

  private static String reason(Exception cause) {
    Throwable root = cause.getCause() == null ? cause : cause.getCause();
    String message = root.getMessage();
    return message == null ? root.getClass().getSimpleName() : message;
  }
}
