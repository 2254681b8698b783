package io.github.refragstreams.topology.internal.intake;

import io.github.refragstreams.topology.internal.record.Incoming;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** What becomes of one kind of event. */
public sealed interface IntakeRule permits PassageRule, DocumentRule {
  /**
   * Checks an event as a whole, then sends what is to be encoded of it.
   *
   * @param headers the client's
   * @throws io.github.refragstreams.topology.internal.refusal.UnusableRecordException before
   *     anything was sent
   */
  void accept(@Nullable Incoming incoming, Headers headers, Intake.Sender sender);

  /** Sends what must be told although the event was refused. */
  void refused(@Nullable Incoming incoming, Intake.Sender sender);
}
