package io.github.refragstreams.app.config;

import io.github.refragstreams.topology.EncodeConfig;
import java.util.List;

/** Keys below {@code encode.}: how much a task encodes at a time. */
final class EncodeKeys {
  private static final EncodeConfig DEFAULTS = EncodeConfig.defaults();

  static final Key<Integer> IN_FLIGHT =
      new Key<>(
          "encode.in-flight",
          ValueTypes.integer(1),
          DEFAULTS.inFlight(),
          "Most passages of a task at the encoder.");

  static final Key<Integer> BACKLOG =
      new Key<>(
          "encode.backlog",
          ValueTypes.integer(1),
          DEFAULTS.backlog(),
          "Passages of a task that wait before its consumption slows down.");

  static final Key<Integer> MAX_PENDING =
      new Key<>(
          "encode.max-pending",
          ValueTypes.integer(1),
          DEFAULTS.maxPending(),
          "Most passages of a task that wait; more are refused as `OVERLOADED`.");

  static final Key<Integer> DOCUMENTS_IN_FLIGHT =
      new Key<>(
          "encode.documents-in-flight",
          ValueTypes.integer(1),
          DEFAULTS.documentsInFlight(),
          "Most passages of documents of a task at the encoder; those of queries go first.");

  static final Key<Integer> MAX_PENDING_DOCUMENTS =
      new Key<>(
          "encode.max-pending-documents",
          ValueTypes.integer(1),
          DEFAULTS.maxPendingDocuments(),
          "Most passages of documents of a task that wait; more are refused as `OVERLOADED`.");

  static final List<Key<?>> ALL =
      List.of(IN_FLIGHT, BACKLOG, MAX_PENDING, DOCUMENTS_IN_FLIGHT, MAX_PENDING_DOCUMENTS);

  private EncodeKeys() {}

  static EncodeConfig read(ConfigSource source) {
    return new EncodeConfig(
        source.get(IN_FLIGHT),
        source.get(BACKLOG),
        source.get(MAX_PENDING),
        source.get(DOCUMENTS_IN_FLIGHT),
        source.get(MAX_PENDING_DOCUMENTS));
  }
}
