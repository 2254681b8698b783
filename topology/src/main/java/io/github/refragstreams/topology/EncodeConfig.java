package io.github.refragstreams.topology;

/**
 * How much a task encodes at a time. Passages that queries wait for go before those of documents,
 * and neither takes the other's places. Keys start with {@code encode}.
 *
 * @param inFlight most passages of a task at the encoder
 * @param backlog passages of a task that wait before its consumption slows down
 * @param maxPending most passages of a task that wait; more are refused as OVERLOADED
 * @param documentsInFlight most passages of documents of a task at the encoder: what a query may
 *     have to wait for
 * @param maxPendingDocuments most passages of documents of a task that wait; more are refused as
 *     OVERLOADED, since consumption does not slow down for them
 */
public record EncodeConfig(
    int inFlight, int backlog, int maxPending, int documentsInFlight, int maxPendingDocuments) {
  public EncodeConfig {
    Require.atLeast(1, "encode.in-flight", inFlight);
    Require.atLeast(1, "encode.backlog", backlog);
    Require.that(
        maxPending >= backlog, "encode.max-pending", maxPending, "at least encode.backlog");
    Require.atLeast(1, "encode.documents-in-flight", documentsInFlight);
    Require.atLeast(1, "encode.max-pending-documents", maxPendingDocuments);
  }

  public static EncodeConfig defaults() {
    return new EncodeConfig(64, 512, 20_000, 8, 100_000);
  }
}
