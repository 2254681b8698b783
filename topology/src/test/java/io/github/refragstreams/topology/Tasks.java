package io.github.refragstreams.topology;

import io.github.refragstreams.model.Telemetry;
import io.github.refragstreams.schemas.EncodedPassage;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.internal.answer.AnswerProcessor;
import io.github.refragstreams.topology.internal.answer.LoadLevel;
import io.github.refragstreams.topology.internal.encode.EncodeProcessor;
import io.github.refragstreams.topology.internal.encode.HotVectors;
import io.github.refragstreams.topology.internal.record.Incoming;
import io.github.refragstreams.topology.internal.record.IncomingSerde;
import io.github.refragstreams.topology.internal.store.StoreBuilders;
import io.github.refragstreams.topology.internal.telemetry.TaskTelemetry;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The two tasks of the topology, each by itself and able to crash. */
final class Tasks {
  static final String QUERY_TOPIC = "rag.queries";
  static final String PASSAGE_TOPIC = "to-encode";
  static final String ENCODED = "encoded";
  static final String ANSWERS = "answers";
  static final String TOKENS = "tokens";
  static final String DEAD_LETTERS = "dead-letters";

  private Tasks() {}

  /**
   * @param serdes of the topics, and of a process that opens the task
   * @param hot vectors in use of the process that opens the task
   */
  static CrashingTask<byte[], Incoming, byte[], Incoming> encoding(
      TopologyConfig config,
      Fakes fakes,
      EventSerdes serdes,
      Supplier<HotVectors> hot,
      TemporaryFolder state) {
    return encoding(config, fakes, serdes, () -> serdes, hot, state);
  }

  /**
   * @param opening serdes of the process that opens the task
   */
  static CrashingTask<byte[], Incoming, byte[], Incoming> encoding(
      TopologyConfig config,
      Fakes fakes,
      EventSerdes serdes,
      Supplier<EventSerdes> opening,
      Supplier<HotVectors> hot,
      TemporaryFolder state) {
    TaskTelemetry telemetry = TaskTelemetry.of(Telemetry.none());
    return new CrashingTask<>(
        config,
        () ->
            new EncodeProcessor(
                fakes.models(),
                hot.get(),
                config,
                opening.get(),
                telemetry,
                new EncodeProcessor.Children(ENCODED, DEAD_LETTERS)),
        Map.of(PASSAGE_TOPIC, IncomingSerde.of(RetrievedPassage.class, serdes.passage())),
        Map.of(
            ENCODED,
            IncomingSerde.of(EncodedPassage.class, serdes.encodedPassage()),
            DEAD_LETTERS,
            new ByteArraySerializer()),
        new StoreBuilders(config).encode(),
        state);
  }

  static CrashingTask<byte[], @Nullable Incoming, Void, Void> answering(
      TopologyConfig config, Fakes fakes, EventSerdes serdes, TemporaryFolder state) {
    return answering(config, fakes, serdes, () -> serdes, state);
  }

  /**
   * @param opening serdes of the process that opens the task
   */
  static CrashingTask<byte[], @Nullable Incoming, Void, Void> answering(
      TopologyConfig config,
      Fakes fakes,
      EventSerdes serdes,
      Supplier<EventSerdes> opening,
      TemporaryFolder state) {
    TaskTelemetry telemetry = TaskTelemetry.of(Telemetry.none());
    LoadLevel load = new LoadLevel(config);
    return new CrashingTask<>(
        config,
        () ->
            new AnswerProcessor(
                fakes.models(),
                config,
                opening.get(),
                Runnable::run,
                load,
                new Drain(),
                telemetry,
                new AnswerProcessor.Children(ANSWERS, TOKENS, DEAD_LETTERS)),
        Map.of(
            QUERY_TOPIC,
            IncomingSerde.of(Query.class, serdes.query()),
            ENCODED,
            IncomingSerde.of(EncodedPassage.class, serdes.encodedPassage())),
        Map.of(
            ANSWERS,
            serdes.answer().serializer(),
            TOKENS,
            serdes.answerToken().serializer(),
            DEAD_LETTERS,
            new ByteArraySerializer()),
        new StoreBuilders(config).answer(),
        state);
  }
}
