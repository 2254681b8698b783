package io.github.refragstreams.topology.internal.refusal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchException;

import io.github.refragstreams.serde.EventSerdeConfig;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.DeadLetterHeaders;
import io.github.refragstreams.topology.ErrorCode;
import io.github.refragstreams.topology.Stage;
import io.github.refragstreams.topology.internal.record.Origin;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.internals.DefaultErrorHandlerContext;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandlersTest {
  private static final Map<String, String> CONFIG =
      Map.of(
          StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG,
          "dead",
          StreamsConfig.APPLICATION_ID_CONFIG,
          "app");

  private static final String INTERNAL = "app-encode-by-text-repartition";

  private final FailedRecordHandler failed = new FailedRecordHandler();
  private final Record<String, String> record = new Record<>("k", "v", 7);

  HandlersTest() {
    failed.configure(CONFIG);
  }

  @Test
  void sendsARecordThatAProcessorFailedOnToTheDeadLetters() {
    // When
    ProcessingExceptionHandler.Response response =
        failed.handleError(context("in", new RecordHeaders()), record, new NullPointerException());
    // Then
    assertThat(response.result()).isEqualTo(ProcessingExceptionHandler.Result.RESUME);
    ProducerRecord<byte[], byte[]> dead = response.deadLetterQueueRecords().get(0);
    assertThat(dead.topic()).isEqualTo("dead");
    assertThat(dead.key()).isEqualTo(new byte[] {1});
    assertThat(dead.value()).isEqualTo(new byte[] {2});
    assertThat(dead.timestamp()).isEqualTo(99);
    assertThat(header(dead, DeadLetterHeaders.CODE)).isEqualTo("UNEXPECTED");
    assertThat(header(dead, DeadLetterHeaders.EXCEPTION))
        .isEqualTo("java.lang.NullPointerException");
    assertThat(header(dead, DeadLetterHeaders.TOPIC)).isEqualTo("in");
    assertThat(header(dead, DeadLetterHeaders.PARTITION)).isEqualTo("3");
    assertThat(header(dead, DeadLetterHeaders.OFFSET)).isEqualTo("4");
  }

  @ParameterizedTest
  @CsvSource({
    "rag.passages, passage-intake, intake",
    "rag.documents, document-intake, intake",
    "app-encode-by-text-repartition, encode, encode",
    "app-answer-by-conversation-repartition, answer, join",
    "rag.queries, answer, answer"
  })
  void tellsTheStageByTheNode(String topic, String node, String stage) {
    // When
    ProcessingExceptionHandler.Response response =
        failed.handleError(
            context(topic, new RecordHeaders(), node), record, new NullPointerException());
    // Then
    assertThat(header(response.deadLetterQueueRecords().get(0), DeadLetterHeaders.STAGE))
        .isEqualTo(stage);
  }

  @Test
  void returnsTheClientsRecordFromAnInternalTopic() {
    // Given
    Origin origin =
        new Origin(
            "clients", 5, 6, 7, new byte[] {8}, null, new RecordHeaders().add("h", new byte[0]));
    // When
    ProcessingExceptionHandler.Response response =
        failed.handleError(
            context(INTERNAL, origin.carried()),
            record,
            new UnusableRecordException(Stage.ENCODE, ErrorCode.OVERLOADED, "too much"));
    // Then
    ProducerRecord<byte[], byte[]> dead = response.deadLetterQueueRecords().get(0);
    assertThat(header(dead, DeadLetterHeaders.TOPIC)).isEqualTo("clients");
    assertThat(header(dead, DeadLetterHeaders.OFFSET)).isEqualTo("6");
    assertThat(header(dead, DeadLetterHeaders.STAGE)).isEqualTo("encode");
    assertThat(header(dead, DeadLetterHeaders.CODE)).isEqualTo("OVERLOADED");
    assertThat(dead.key()).isEqualTo(new byte[] {8});
    assertThat(dead.value()).isEqualTo(new byte[] {2});
    assertThat(dead.headers().headers("h")).hasSize(1);
  }

  @Test
  void stopsTheThreadWhenAPunctuatorFails() {
    // Given: no record is being processed then
    ErrorHandlerContext punctuator = context(null, new RecordHeaders());
    // Then
    assertThat(failed.handleError(punctuator, record, new NullPointerException()).result())
        .isEqualTo(ProcessingExceptionHandler.Result.FAIL);
  }

  @Test
  void stopsTheThreadWhenAStoreIsBroken() {
    // When
    ProcessingExceptionHandler.Response response =
        failed.handleError(
            context("in", new RecordHeaders()), record, new ProcessorStateException("disk full"));
    // Then
    assertThat(response.result()).isEqualTo(ProcessingExceptionHandler.Result.FAIL);
    assertThat(response.deadLetterQueueRecords()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"rag.queries, answer, intake", INTERNAL + ", encode, encode"})
  void aRecordThatCannotBeReadIsRefusedAtTheIntake(String topic, String node, String stage) {
    // When
    ProcessingExceptionHandler.Response response =
        failed.handleError(context(topic, new RecordHeaders(), node), record, whatReadingThrows());
    // Then
    assertThat(response.result()).isEqualTo(ProcessingExceptionHandler.Result.RESUME);
    ProducerRecord<byte[], byte[]> dead = response.deadLetterQueueRecords().get(0);
    assertThat(header(dead, DeadLetterHeaders.STAGE)).isEqualTo(stage);
    assertThat(header(dead, DeadLetterHeaders.CODE)).isEqualTo("NOT_AVRO");
  }

  @Test
  void keepsARecordWithoutATime() {
    // Given: as only clients in other languages can send it
    ErrorHandlerContext timeless =
        new DefaultErrorHandlerContext(
            null,
            "in",
            3,
            4,
            new RecordHeaders(),
            "node",
            new TaskId(0, 0),
            ConsumerRecord.NO_TIMESTAMP,
            new byte[] {1},
            new byte[] {2});
    // When
    ProcessingExceptionHandler.Response response =
        failed.handleError(timeless, record, new IllegalArgumentException("odd"));
    // Then
    assertThat(response.deadLetterQueueRecords().get(0).timestamp()).isNull();
  }

  private static Exception whatReadingThrows() {
    try (EventSerdes serdes = new EventSerdes(Map.of(EventSerdeConfig.URL, "mock://handlers"))) {
      return catchException(
          () -> serdes.query().deserializer().deserialize("in", "odd".getBytes(UTF_8)));
    }
  }

  private static ErrorHandlerContext context(@Nullable String topic, Headers headers) {
    return context(topic, headers, "node");
  }

  private static ErrorHandlerContext context(@Nullable String topic, Headers headers, String node) {
    return new DefaultErrorHandlerContext(
        null, topic, 3, 4, headers, node, new TaskId(0, 0), 99, new byte[] {1}, new byte[] {2});
  }

  private static String header(ProducerRecord<?, ?> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }
}
