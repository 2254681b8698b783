package io.github.refragstreams.topology;

import java.util.Locale;

/** How instances share the work. */
public enum GroupProtocol {
  /** The client's assignor; allows static membership. */
  CLASSIC,
  /** The broker's assignor (KIP-1071): fast fail-over, no static membership. */
  STREAMS;

  /** As Kafka's setting {@code group.protocol} has it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
