package io.github.refragstreams.topology.internal.intake;

import io.github.refragstreams.topology.internal.record.Incoming;
import io.github.refragstreams.topology.internal.record.Origin;
import org.apache.avro.specific.SpecificRecord;
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

  /**
   * Sends what must be told although the record was refused.
   *
   * @param event null when the record has none, or none that can be read
   */
  void refused(Origin origin, @Nullable SpecificRecord event, Intake.Sender sender);
}
