package io.github.refragstreams.app.topics;

import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/** The cluster does not answer, or refuses. */
public final class ClusterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean unreachable;

  private ClusterException(
      String cluster, String problem, boolean unreachable, @Nullable Throwable cause) {
    super("Kafka at " + cluster + ": " + problem, cause);
    this.unreachable = unreachable;
  }

  static ClusterException of(String cluster, @Nullable Throwable cause) {
    if (cause instanceof RetriableException) {
      return unreachable(
          cluster, "no answer in time; is it running, and is the address right?", cause);
    }
    return new ClusterException(
        cluster, String.valueOf(cause == null ? null : cause.getMessage()), false, cause);
  }

  static ClusterException unreachable(String cluster, String problem, @Nullable Throwable cause) {
    return new ClusterException(cluster, problem, true, cause);
  }

  /** Whether the cluster did not answer in time; else it answered that it refuses. */
  public boolean isUnreachable() {
    return unreachable;
  }
}
