package io.github.refragstreams.topology.internal.intake;

import io.github.refragstreams.model.Chunker;
import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.topology.Limits;
import io.github.refragstreams.topology.internal.record.Incoming;
import io.github.refragstreams.topology.internal.record.Kind;
import io.github.refragstreams.topology.internal.record.Origin;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * A passage goes on as it came. A refused one whose query is known goes on without text: the query
 * need not wait for it.
 */
public final class PassageRule implements IntakeRule {
  private final PassageCheck check;
  private final RefusedPassages refused;
  private final OwnEvents<RetrievedPassage> own;

  /**
   * @param topic topic of the passages
   */
  public PassageRule(Limits limits, Serializer<RetrievedPassage> serializer, String topic) {
    this.check = new PassageCheck(limits);
    this.refused = new RefusedPassages(limits);
    this.own = new OwnEvents<>(serializer, topic);
  }

  @Override
  public void accept(@Nullable Incoming incoming, Headers headers, Intake.Sender sender) {
    RetrievedPassage passage = check.passage(incoming, headers);
    String readText = Chunker.readText(passage.getTitle(), passage.getText());
    sender.send(readText, Incoming.of(passage, bytes(incoming)), Kind.PASSAGE);
  }

  @Override
  public void refused(Origin origin, @Nullable SpecificRecord event, Intake.Sender sender) {
    RetrievedPassage told = refused.of(origin, event);
    if (told != null) {
      sender.send(told.getQueryId(), Incoming.of(told, own.bytes(told)), Kind.REFUSED);
    }
  }

  private static byte @Nullable [] bytes(@Nullable Incoming incoming) {
    return incoming == null ? null : incoming.bytes();
  }
}
