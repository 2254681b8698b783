package io.github.refragstreams.topology.internal.refusal;

import io.github.refragstreams.topology.TopologyNames;
import io.github.refragstreams.topology.internal.record.Origin;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.jspecify.annotations.Nullable;

/** The client's record that a handler of Kafka Streams is told about. */
final class HandlerOrigin {
  /** Only these carry origins: on topics of clients, the header is the client's invention. */
  private final Set<String> internalTopics;

  /**
   * @param config of the handler
   */
  HandlerOrigin(Map<String, ?> config) {
    String applicationId = String.valueOf(config.get(StreamsConfig.APPLICATION_ID_CONFIG));
    this.internalTopics = Set.copyOf(TopologyNames.internalTopics(applicationId));
  }

  /** Null when no record was being processed: in a punctuator. */
  @Nullable Origin of(ErrorHandlerContext context) {
    if (context.topic() == null) {
      return null;
    }
    Headers headers = context.headers() == null ? new RecordHeaders() : context.headers();
    Origin carried = isInternal(context) ? Origin.carriedBy(headers) : null;
    if (carried == null) {
      return new Origin(
          context.topic(),
          context.partition(),
          context.offset(),
          context.timestamp(),
          context.sourceRawKey(),
          context.sourceRawValue(),
          Origin.withoutInternal(headers));
    }
    return carried.value() == null ? carried.withValue(context.sourceRawValue()) : carried;
  }

  boolean isInternal(ErrorHandlerContext context) {
    return internalTopics.contains(context.topic());
  }
}
