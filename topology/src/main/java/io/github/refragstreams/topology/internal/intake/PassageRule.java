package io.github.refragstreams.topology.internal.intake;

import io.github.refragstreams.model.Chunker;
import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.topology.Limits;
import io.github.refragstreams.topology.internal.record.Incoming;
import io.github.refragstreams.topology.internal.record.Kind;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * A passage goes on as it came. A refused one that names its query goes on without text: the query
 * need not wait for it.
 */
public final class PassageRule implements IntakeRule {
  private final PassageCheck check;
  private final Serializer<RetrievedPassage> serializer;
  private final String topic;

  /**
   * @param topic topic of the passages
   */
  public PassageRule(Limits limits, Serializer<RetrievedPassage> serializer, String topic) {
    this.check = new PassageCheck(limits);
    this.serializer = serializer;
    this.topic = topic;
  }

  @Override
  public void accept(@Nullable Incoming incoming, Headers headers, Intake.Sender sender) {
    RetrievedPassage passage = check.passage(incoming, headers);
    String readText = Chunker.readText(passage.getTitle(), passage.getText());
    sender.send(readText, Incoming.of(passage, bytes(incoming)), Kind.PASSAGE);
  }

  @Override
  public void refused(@Nullable Incoming incoming, Intake.Sender sender) {
    if (incoming != null
        && incoming.event() instanceof RetrievedPassage passage
        && check.namesItsQuery(passage)) {
      RetrievedPassage trace =
          RetrievedPassage.newBuilder(passage)
              .setRank(Math.max(0, passage.getRank()))
              .setTitle(null)
              .setText("")
              .setSourceUri(null)
              .setTotal(positive(passage.getTotal()))
              .build();
      sender.send(
          trace.getQueryId(), Incoming.of(trace, serializer.serialize(topic, trace)), Kind.REFUSED);
    }
  }

  private static @Nullable Integer positive(@Nullable Integer total) {
    return total == null || total < 1 ? null : total;
  }

  private static byte @Nullable [] bytes(@Nullable Incoming incoming) {
    return incoming == null ? null : incoming.bytes();
  }
}
