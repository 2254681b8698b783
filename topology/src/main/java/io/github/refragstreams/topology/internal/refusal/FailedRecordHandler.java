package io.github.refragstreams.topology.internal.refusal;

import io.github.refragstreams.topology.ErrorCode;
import io.github.refragstreams.topology.Limits;
import io.github.refragstreams.topology.Stage;
import io.github.refragstreams.topology.TopologyNames;
import io.github.refragstreams.topology.internal.record.Origin;
import io.github.refragstreams.topology.internal.telemetry.DeadLetterCounts;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Sends records that a processor cannot read or failed on to the dead letters. Stops the thread
 * when the registry is to blame, and when a punctuator failed: there is no record then.
 */
public final class FailedRecordHandler implements ProcessingExceptionHandler {
  /** Setting of Kafka Streams that holds the bytes of the largest dead letter, an Integer. */
  public static final String MOST_BYTES = "refrag.dead.letter.bytes";

  private String deadLetters = "";
  private int mostBytes = Limits.defaults().recordBytes();
  private HandlerOrigin origins = new HandlerOrigin(Map.of());
  private DeadLetterCounts counts = DeadLetterCounts.of(Map.of());

  @Override
  public void configure(Map<String, ?> config) {
    deadLetters =
        String.valueOf(config.get(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG));
    mostBytes = config.get(MOST_BYTES) instanceof Integer most ? most : mostBytes;
    origins = new HandlerOrigin(config);
    counts = DeadLetterCounts.of(config);
  }

  @Override
  public Response handleError(ErrorHandlerContext context, Record<?, ?> record, Exception failure) {
    Origin origin = origins.of(context);
    if (origin == null || Failures.blamesNoRecord(failure)) {
      return Response.fail();
    }
    ErrorCode code = Failures.code(failure);
    counts.add(code);
    Stage stage = stage(context, failure);
    return Response.resume(
        List.of(
            DeadLetter.of(origin, stage, code, failure)
                .forTopic(deadLetters, mostBytes, System.currentTimeMillis())));
  }

  /** Queries and encoded passages come to the same node. */
  private Stage stage(ErrorHandlerContext context, Exception failure) {
    if (failure instanceof UnusableRecordException known) {
      return known.stage();
    }
    if (Failures.isUnreadable(failure) && !origins.isInternal(context)) {
      return Stage.INTAKE;
    }
    Stage stage = TopologyNames.stage(context.processorNodeId());
    return stage == Stage.ANSWER && origins.isInternal(context) ? Stage.JOIN : stage;
  }
}
