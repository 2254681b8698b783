package io.github.refragstreams.topology;

import java.util.Locale;

/** How instances share the work. */
public enum GroupProtocol {
  /** The client's assignor; instances are static members. */
  CLASSIC,
  /** The broker's assignor (KIP-1071); it knows no static members. */
  STREAMS;

  /** As Kafka's setting {@code group.protocol} has it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
