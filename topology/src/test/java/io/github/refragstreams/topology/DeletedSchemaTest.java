package io.github.refragstreams.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerStatus;
import io.github.refragstreams.schemas.EncodedPassage;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.serde.EventSerdeConfig;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.serde.SchemaRegistries;
import io.github.refragstreams.serde.SchemaRegistryClient;
import io.github.refragstreams.topology.internal.encode.HotVectors;
import io.github.refragstreams.topology.internal.record.Incoming;
import io.github.refragstreams.topology.internal.record.Origin;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Records that wait in a store while the registry loses the schema that they were written with. */
class DeletedSchemaTest {
  private static final byte[] KEY = "q".getBytes(UTF_8);

  private final TopologyConfig config = TopologyFixture.testConfig();
  private final Map<String, String> address =
      Map.of(EventSerdeConfig.URL, "mock://" + UUID.randomUUID());
  private final SchemaRegistryClient registry = SchemaRegistries.open(address);
  private final EventSerdes serdes = new EventSerdes(address);

  /** Of the process that comes after the deletion; it has the same ids but those deleted. */
  private final EventSerdes later =
      new EventSerdes(Map.of(EventSerdeConfig.URL, "mock://" + UUID.randomUUID()));

  private final Fakes fakes = new Fakes();
  private final TemporaryFolder state = new TemporaryFolder("refrag-schema-");
  private EventSerdes opening = serdes;

  @AfterEach
  void close() {
    serdes.close();
    later.close();
    state.close();
  }

  @Test
  void aWaitingPassageBecomesADeadLetterAndTheNextOneIsEncoded() {
    try (CrashingTask<byte[], Incoming, byte[], Incoming> task =
        Tasks.encoding(
            config,
            fakes,
            serdes,
            () -> opening,
            () -> new HotVectors(config.cache().hotBytes()),
            state)) {
      // Given
      fakes.encoder().hold();
      byte[] kept = passage(serdes, "kept");
      byte[] lost =
          writtenWith(variant(RetrievedPassage.getClassSchema()), passage(serdes, "lost"));
      assertThat(passage(later, "kept")).isEqualTo(kept);
      task.send(Tasks.PASSAGE_TOPIC, carried(lost, 0));
      task.send(Tasks.PASSAGE_TOPIC, carried(kept, 1));
      task.read();
      task.read();
      task.commit();
      // When
      opening = later;
      task.crash(CrashingTask.End.KILLED);
      fakes.encoder().release();
      task.tick();
      task.tick();
      // Then
      CrashingTask.Written written = task.commit();
      assertLetter(written, "encode", lost);
      assertThat(written.to(Tasks.ENCODED))
          .extracting(record -> encoded(record).getVectors().hasRemaining())
          .as("whether it is encoded: its query need not wait for the other one")
          .containsExactlyInAnyOrder(false, true);
      assertThat(task.size(TopologyNames.ENCODE_PENDING)).isZero();
    }
  }

  @Test
  void aWaitingQueryBecomesADeadLetterAndTheNextOneIsAnswered() {
    try (CrashingTask<byte[], @Nullable Incoming, Void, Void> task =
        Tasks.answering(config, fakes, serdes, () -> opening, state)) {
      // Given
      byte[] query = query(serdes, 0);
      byte[] lost = writtenWith(variant(Query.getClassSchema()), query);
      assertThat(query(later, 0)).isEqualTo(query);
      fakes.decoder().hold();
      send(task, lost);
      task.commit();
      // When
      opening = later;
      task.crash(CrashingTask.End.KILLED);
      fakes.decoder().release();
      // Then: it is the same query again, now readable
      send(task, query);
      task.tick();
      CrashingTask.Written written = task.commit();
      assertLetter(written, "answer", lost);
      assertThat(written.to(Tasks.ANSWERS)).hasSize(1);
      assertThat(task.size(TopologyNames.REQUESTS)).isZero();
    }
  }

  @Test
  void aQueryIsAnsweredWithoutAnEncodedPassageThatCannotBeReadAnyMore() {
    try (CrashingTask<byte[], @Nullable Incoming, Void, Void> task =
        Tasks.answering(config, fakes, serdes, () -> opening, state)) {
      // Given
      byte[] query = query(serdes, 2);
      byte[] kept = encoded(serdes, "kept");
      byte[] lost = writtenWith(variant(EncodedPassage.getClassSchema()), encoded(serdes, "lost"));
      assertThat(query(later, 2)).isEqualTo(query);
      assertThat(encoded(later, "kept")).isEqualTo(kept);
      send(task, query);
      byte[] original = {1, 2, 3};
      task.send(Tasks.ENCODED, carried(lost, 0, original));
      task.send(Tasks.ENCODED, carried(kept, 1, original));
      task.read();
      task.read();
      task.commit();
      // When
      opening = later;
      task.crash(CrashingTask.End.KILLED);
      Duration left = config.answer().deadline();
      for (long ticks = left.dividedBy(config.tick()) + 2; ticks > 0; ticks--) {
        task.tick();
      }
      // Then
      CrashingTask.Written written = task.commit();
      assertLetter(written, "join", original);
      assertThat(written.to(Tasks.ANSWERS))
          .extracting(record -> answer(record).getStatus())
          .containsExactly(AnswerStatus.PARTIAL);
      assertThat(task.size(TopologyNames.REQUEST_PASSAGES)).isZero();
    }
  }

  private static void assertLetter(CrashingTask.Written written, String stage, byte[] value) {
    List<DeadRecord> letters =
        written.to(Tasks.DEAD_LETTERS).stream().map(DeadRecord::new).toList();
    assertThat(letters).extracting(DeadRecord::code).containsExactly(ErrorCode.UNKNOWN_SCHEMA);
    assertThat(letters).extracting(DeadRecord::stage).containsExactly(stage);
    assertThat(letters.get(0).record().value()).isEqualTo(value);
  }

  private EncodedPassage encoded(TestRecord<byte[], byte[]> record) {
    return serdes.encodedPassage().deserializer().deserialize(Tasks.ENCODED, record.value());
  }

  private Answer answer(TestRecord<byte[], byte[]> record) {
    return serdes.answer().deserializer().deserialize(Tasks.ANSWERS, record.value());
  }

  /** The id of a schema of another producer, which writes the same bytes. */
  private int variant(Schema schema) {
    Schema variant = new Schema.Parser().parse(schema.toString());
    variant.addProp("producer", "another");
    return registry.register("variant", variant);
  }

  private static byte[] writtenWith(int schemaId, byte[] event) {
    return ByteBuffer.wrap(event.clone()).putInt(1, schemaId).array();
  }

  private byte[] passage(EventSerdes by, String id) {
    return by.passage()
        .serializer()
        .serialize(config.topics().passages(), Samples.passage("q", id).build());
  }

  private static byte[] query(EventSerdes by, int passages) {
    Query query = Samples.query("q").setExpectedPassages(passages).build();
    return by.query().serializer().serialize(Tasks.QUERY_TOPIC, query);
  }

  private static byte[] encoded(EventSerdes by, String id) {
    return by.encodedPassage().serializer().serialize(Tasks.ENCODED, Samples.encoded("q", id));
  }

  private void send(CrashingTask<byte[], @Nullable Incoming, Void, Void> task, byte[] query) {
    task.send(Tasks.QUERY_TOPIC, new TestRecord<>(KEY, query, new RecordHeaders(), Samples.NOW));
    task.read();
  }

  /** As it comes from the intake. */
  private TestRecord<byte[], byte[]> carried(byte[] value, long offset) {
    return carried(value, offset, null);
  }

  /**
   * As it comes from the encode task.
   *
   * @param original the client's record
   */
  private TestRecord<byte[], byte[]> carried(
      byte[] value, long offset, byte @Nullable [] original) {
    Origin origin =
        new Origin(
            config.topics().passages(),
            0,
            offset,
            Samples.NOW.toEpochMilli(),
            KEY,
            original,
            new RecordHeaders());
    return new TestRecord<>(KEY, value, origin.carried(), Samples.NOW);
  }
}
