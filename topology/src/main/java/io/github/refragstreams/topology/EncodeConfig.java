package io.github.refragstreams.topology;

/**
 * How much a task encodes at a time. Keys start with {@code encode}.
 *
 * @param inFlight most passages of a task at the encoder
 * @param backlog passages of a task that wait before its consumption slows down
 * @param maxPending most passages of a task that wait; more are refused as OVERLOADED
 */
public record EncodeConfig(int inFlight, int backlog, int maxPending) {
  public EncodeConfig {
    Require.atLeast(1, "encode.in-flight", inFlight);
    Require.atLeast(1, "encode.backlog", backlog);
    Require.that(
        maxPending >= backlog, "encode.max-pending", maxPending, "at least encode.backlog");
  }

  public static EncodeConfig defaults() {
    return new EncodeConfig(64, 512, 20_000);
  }
}
