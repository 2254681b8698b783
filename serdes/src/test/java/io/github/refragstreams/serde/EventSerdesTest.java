package io.github.refragstreams.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.schemas.Document;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.serde.internal.InMemoryRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventSerdesTest {
  private static final String TOPIC = "rag.queries";

  private final InMemoryRegistry registry = new InMemoryRegistry();
  private final EventSerdes serdes =
      new EventSerdes(registry, Map.of("schema.registry.url", "mock://unused"));

  @ParameterizedTest
  @MethodSource("io.github.refragstreams.serde.EventCase#all")
  <T extends SpecificRecord> void readsBackWhatItWrote(EventCase<T> event) {
    // Given
    Serde<T> serde = event.serde(serdes);
    // When
    byte[] bytes = serde.serializer().serialize(event.topic(), event.value());
    // Then
    assertThat(serde.deserializer().deserialize(event.topic(), bytes)).isEqualTo(event.value());
    RegisteredSchema registered = registry.latest(event.topic() + "-value");
    assertThat(ByteBuffer.wrap(bytes).getInt(1)).isEqualTo(registered.id());
    assertThat(registered.schema()).isEqualTo(published(event.value().getSchema()));
  }

  @Test
  void passesTombstonesThrough() {
    // When
    byte[] bytes = serdes.query().serializer().serialize(TOPIC, null);
    // Then
    assertThat(bytes).isNull();
    assertThat(serdes.query().deserializer().deserialize(TOPIC, (byte[]) null)).isNull();
  }

  @Test
  void refusesBytesWithoutHeader() {
    assertBad(new byte[0], "topic rag.queries: the value has 0 bytes; the header alone has 5");
    assertBad(new byte[] {0, 0, 0, 1}, "has 4 bytes");
    assertBad(
        "{\"question\":1}".getBytes(StandardCharsets.UTF_8),
        "starts with byte 123; the wire format starts with 0");
  }

  @Test
  void refusesBodiesThatTheirSchemaDoesNotDescribe() {
    // Given
    byte[] good = serdes.query().serializer().serialize(TOPIC, Events.query());
    byte[] longString = ByteBuffer.allocate(10).put(good, 0, 5).array();
    Arrays.fill(longString, 5, 9, (byte) 0xff);
    // Then
    assertBad(Arrays.copyOf(good, good.length - 1), "topic rag.queries, schema id 1: the body of");
    assertBad(Arrays.copyOf(good, good.length + 1), "longer than its schema says");
    assertBad(Arrays.copyOf(good, 5), "the body of 0 bytes does not match its schema");
    assertBad(longString, "the body of 5 bytes does not match its schema");
  }

  /** A damaged length must cost an exception, not the memory that it asks for. */
  @ParameterizedTest
  @ValueSource(
      longs = {64, 1_000_000_000, Integer.MAX_VALUE - 8, Long.MAX_VALUE, -1, Long.MIN_VALUE})
  void refusesLengthsBeyondTheRecord(long length) throws IOException {
    // Given
    byte[] header = serdes.query().serializer().serialize(TOPIC, Events.query());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(header, 0, 5);
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    encoder.writeLong(length);
    encoder.writeFixed("too little".getBytes(StandardCharsets.UTF_8));
    encoder.flush();
    // Then
    assertBad(out.toByteArray(), "does not match its schema");
  }

  @ParameterizedTest
  @ValueSource(longs = {64, 1_000_000_000, Integer.MAX_VALUE - 8, Long.MAX_VALUE})
  void refusesMoreItemsThanTheRecordHolds(long items) throws IOException {
    // Given
    byte[] header = serdes.answer().serializer().serialize(TOPIC, Events.answer());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(header, 0, 5);
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    encoder.writeString("q");
    encoder.writeIndex(0);
    encoder.writeString("g");
    encoder.writeString("text");
    encoder.writeEnum(0);
    encoder.writeArrayStart();
    encoder.setItemCount(items);
    encoder.flush();
    byte[] bytes = out.toByteArray();
    // Then
    assertThatThrownBy(() -> serdes.answer().deserializer().deserialize(TOPIC, bytes))
        .isInstanceOf(BadBytesException.class);
  }

  @Test
  void namesAnUnknownSchemaId() {
    // Given
    byte[] bytes = ByteBuffer.allocate(9).putInt(1, 4711).array();
    // Then
    assertThatThrownBy(() -> serdes.query().deserializer().deserialize(TOPIC, bytes))
        .isInstanceOf(UnknownSchemaException.class)
        .isInstanceOf(SerializationException.class)
        .hasMessage("topic rag.queries, schema id 4711: no schema has id 4711")
        .hasCauseInstanceOf(RegistryException.class)
        .satisfies(e -> assertThat(((EventSerdeException) e).topic()).isEqualTo(TOPIC))
        .satisfies(e -> assertThat(((EventSerdeException) e).schemaId()).hasValue(4711));
  }

  @Test
  void refusesEventsOfAnotherKind() {
    // Given
    byte[] answer = serdes.answer().serializer().serialize("rag.answers", Events.answer());
    // Then
    assertThatThrownBy(() -> serdes.query().deserializer().deserialize(TOPIC, answer))
        .isInstanceOf(IncompatibleSchemaException.class)
        .hasMessageContaining("topic rag.queries, schema id 1")
        .hasMessageContaining("io.github.refragstreams.schemas.Answer")
        .hasMessageContaining("NAME_MISMATCH");
  }

  @Test
  void refusesAWriterThatLacksARequiredField() {
    // Given
    Schema poor =
        SchemaBuilder.record(Query.getClassSchema().getFullName())
            .fields()
            .requiredString("query_id")
            .endRecord();
    int id = registry.register("elsewhere-value", poor);
    byte[] bytes = ByteBuffer.allocate(6).putInt(1, id).array();
    // Then
    assertThatThrownBy(() -> serdes.query().deserializer().deserialize(TOPIC, bytes))
        .isInstanceOf(IncompatibleSchemaException.class)
        .hasMessageContaining("READER_FIELD_MISSING_DEFAULT_VALUE");
  }

  @Test
  void fillsInWhatAnOlderWriterDidNotKnow() throws IOException {
    // Given
    Schema older =
        SchemaBuilder.record(Document.getClassSchema().getFullName())
            .fields()
            .requiredString("document_id")
            .requiredString("text")
            .endRecord();
    int id = registry.register("older-value", older);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(ByteBuffer.allocate(5).putInt(1, id).array());
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    encoder.writeString("d-1");
    encoder.writeString("A landlocked country.");
    encoder.flush();
    // When
    Document read = serdes.document().deserializer().deserialize("older", out.toByteArray());
    // Then
    assertThat(read).isEqualTo(new Document("d-1", null, "A landlocked country."));
  }

  @Test
  void refusesWhatNestsDeeperThanTheStack() throws IOException {
    // Given: a field that this reader skips, in itself half a million times
    Schema nesting =
        new Schema.Parser()
            .parse(
                Document.getClassSchema()
                    .toString()
                    .replaceFirst(
                        "\"fields\":\\[",
                        "\"fields\":[{\"name\":\"deep\",\"type\":[\"null\",{\"type\":\"record\","
                            + "\"name\":\"Deep\",\"fields\":[{\"name\":\"deep\","
                            + "\"type\":[\"null\",\"Deep\"]}]}],\"default\":null},"));
    int id = registry.register("nesting-value", nesting);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(ByteBuffer.allocate(5).putInt(1, id).array());
    byte[] inside = new byte[500_000];
    Arrays.fill(inside, (byte) 2);
    out.write(inside);
    // Then
    assertThatThrownBy(
            () -> serdes.document().deserializer().deserialize("nesting", out.toByteArray()))
        .isInstanceOf(BadBytesException.class)
        .hasCauseInstanceOf(StackOverflowError.class);
  }

  @Test
  void servesAnyNumberOfThreads() {
    // Given
    Serializer<Query> serializer = serdes.query().serializer();
    Deserializer<Query> deserializer = serdes.query().deserializer();
    // When
    Set<Query> read =
        IntStream.range(0, 2_000)
            .parallel()
            .mapToObj(i -> serializer.serialize(TOPIC + i % 10, query(i)))
            .map(bytes -> deserializer.deserialize(TOPIC, bytes))
            .collect(Collectors.toSet());
    // Then
    assertThat(read)
        .isEqualTo(IntStream.range(0, 2_000).mapToObj(i -> query(i)).collect(Collectors.toSet()));
  }

  private static Query query(int i) {
    return Query.newBuilder(Events.query()).setQueryId("q-" + i).build();
  }

  @Test
  void namesTheFieldThatIsNotSetAndKeepsTheTextOut() {
    // Given
    Query incomplete = Events.query();
    incomplete.put("query_id", null);
    // Then
    assertThatThrownBy(() -> serdes.query().serializer().serialize(TOPIC, incomplete))
        .isInstanceOf(UnwritableEventException.class)
        .hasMessageContaining("query_id")
        .hasMessageNotContaining("Mongolia")
        .hasNoCause();
  }

  @Test
  void sharesRegistriesInMemoryByName() {
    // Given
    EventSerde<Query> writer = new EventSerde<>(Query.class);
    EventSerde<Query> reader = new EventSerde<>(Query.class);
    EventSerde<Query> stranger = new EventSerde<>(Query.class);
    writer.configure(Map.of("schema.registry.url", "mock://shared"), false);
    reader.configure(Map.of("schema.registry.url", "mock://shared"), false);
    stranger.configure(Map.of("schema.registry.url", "mock://other"), false);
    // When
    byte[] bytes = writer.serializer().serialize(TOPIC, Events.query());
    // Then
    assertThat(reader.deserializer().deserialize(TOPIC, bytes)).isEqualTo(Events.query());
    assertThatThrownBy(() -> stranger.deserializer().deserialize(TOPIC, bytes))
        .isInstanceOf(UnknownSchemaException.class);
  }

  @Test
  void asksForConfigurationBeforeUse() {
    assertThatThrownBy(() -> new EventSerde<>(Query.class).serializer())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the serde of Query is not configured; call configure first");
  }

  private static Schema published(Schema ofClass) {
    return new Schema.Parser()
        .parse(
            ofClass
                .toString()
                .replace("{\"type\":\"string\",\"avro.java.string\":\"String\"}", "\"string\""));
  }

  private void assertBad(byte[] bytes, String message) {
    assertThatThrownBy(() -> serdes.query().deserializer().deserialize(TOPIC, bytes))
        .isInstanceOf(BadBytesException.class)
        .hasMessageContaining(message)
        .satisfies(e -> assertThat(((EventSerdeException) e).topic()).isEqualTo(TOPIC));
  }
}
