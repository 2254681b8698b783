package io.github.refragstreams.topology.internal.refusal;

import io.github.refragstreams.topology.internal.record.Origin;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.jspecify.annotations.Nullable;

/** The client's record that a handler of Kafka Streams is told about. */
final class HandlerOrigin {
  private HandlerOrigin() {}

  /** Null when no record was being processed: in a punctuator. */
  static @Nullable Origin of(ErrorHandlerContext context) {
    if (context.topic() == null) {
      return null;
    }
    Headers headers = context.headers() == null ? new RecordHeaders() : context.headers();
    Origin carried = Origin.carriedBy(headers);
    if (carried == null) {
      return new Origin(
          context.topic(),
          context.partition(),
          context.offset(),
          context.timestamp(),
          context.sourceRawKey(),
          context.sourceRawValue(),
          headers);
    }
    return carried.value() == null ? carried.withValue(context.sourceRawValue()) : carried;
  }
}
