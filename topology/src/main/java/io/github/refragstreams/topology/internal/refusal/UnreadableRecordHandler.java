package io.github.refragstreams.topology.internal.refusal;

import io.github.refragstreams.topology.ErrorCode;
import io.github.refragstreams.topology.Stage;
import io.github.refragstreams.topology.internal.record.Origin;
import io.github.refragstreams.topology.internal.telemetry.DeadLetterCounts;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;

/**
 * Sends records that cannot be read to the dead letters. Stops the thread when the registry is to
 * blame: the record is read again by its successor.
 */
public final class UnreadableRecordHandler implements DeserializationExceptionHandler {
  private String deadLetters = "";
  private HandlerOrigin origins = new HandlerOrigin(Map.of());
  private DeadLetterCounts counts = DeadLetterCounts.of(Map.of());

  @Override
  public void configure(Map<String, ?> config) {
    deadLetters =
        String.valueOf(config.get(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG));
    origins = new HandlerOrigin(config);
    counts = DeadLetterCounts.of(config);
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception failure) {
    Origin origin = origins.of(context);
    if (origin == null || Failures.blamesNoRecord(failure)) {
      return Response.fail();
    }
    ErrorCode code = Failures.code(failure);
    counts.add(code);
    return Response.resume(
        List.of(DeadLetter.of(origin, Stage.INTAKE, code, failure).forTopic(deadLetters)));
  }
}
