package io.github.refragstreams.topology.internal.refusal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchException;
import static org.assertj.core.api.Assertions.within;

import io.github.refragstreams.serde.EventSerdeConfig;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.DeadLetterHeaders;
import io.github.refragstreams.topology.ErrorCode;
import io.github.refragstreams.topology.Limits;
import io.github.refragstreams.topology.Stage;
import io.github.refragstreams.topology.internal.record.Origin;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
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
    assertThat(header(dead, DeadLetterHeaders.TIMESTAMP)).isEqualTo("99");
    assertThat(dead.timestamp()).isCloseTo(System.currentTimeMillis(), within(60_000L));
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
  void leavesOutWhatNoBrokerWouldTake() {
    // Given: as it comes out of a compressed batch
    byte[] large = new byte[Limits.defaults().recordBytes()];
    ErrorHandlerContext context =
        new DefaultErrorHandlerContext(
            null,
            "in",
            3,
            4,
            new RecordHeaders().add("h", new byte[] {9}),
            "node",
            new TaskId(0, 0),
            99,
            new byte[] {1},
            large);
    // When
    ProducerRecord<byte[], byte[]> dead =
        failed
            .handleError(context, record, new NullPointerException())
            .deadLetterQueueRecords()
            .get(0);
    // Then
    assertThat(dead.key()).isEqualTo(new byte[] {1});
    assertThat(dead.value()).isNull();
    assertThat(dead.headers().headers("h")).isEmpty();
    assertThat(header(dead, DeadLetterHeaders.CODE)).isEqualTo("UNEXPECTED");
    assertThat(Long.parseLong(header(dead, DeadLetterHeaders.CUT))).isGreaterThan(large.length);
  }

  @Test
  void makesNoDeadLetterOfWhatTheClusterDoesNotTake() {
    // Given
    UnwrittenRecordHandler unwritten = new UnwrittenRecordHandler();
    ProducerRecord<byte[], byte[]> sent = new ProducerRecord<>("out", new byte[0]);
    ErrorHandlerContext context = context("in", new RecordHeaders());
    // When
    ProductionExceptionHandler.Response large =
        unwritten.handleError(context, sent, new RecordTooLargeException("odd"));
    ProductionExceptionHandler.Response away =
        unwritten.handleError(context, sent, new TimeoutException("odd"));
    // Then
    assertThat(large.result()).isEqualTo(ProductionExceptionHandler.Result.FAIL);
    assertThat(large.deadLetterQueueRecords()).isEmpty();
    assertThat(away.result()).isEqualTo(ProductionExceptionHandler.Result.RETRY);
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
