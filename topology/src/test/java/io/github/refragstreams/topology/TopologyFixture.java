package io.github.refragstreams.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.refragstreams.model.ExpansionMode;
import io.github.refragstreams.model.Telemetry;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerToken;
import io.github.refragstreams.schemas.Document;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.serde.EventSerdeConfig;
import io.github.refragstreams.serde.EventSerdes;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/**
 * The whole topology with fake models, one partition, and a wall clock that is moved by hand. Plans
 * and citations are made on the spot.
 */
final class TopologyFixture implements AutoCloseable {
  final Fakes fakes;
  final TopologyConfig config;
  final EventSerdes serdes;
  final TopologyTestDriver driver;
  final MeterRegistry meters = new SimpleMeterRegistry();
  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final SdkTracerProvider tracers =
      SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(exporter)).build();
  private final Telemetry telemetry = new Telemetry(meters, tracers.get("test"));
  private final TemporaryFolder state = new TemporaryFolder("refrag-topology-");
  private boolean closed;
  private final TestInputTopic<byte[], byte[]> queries;
  private final TestInputTopic<byte[], byte[]> passages;
  private final TestInputTopic<byte[], byte[]> documents;
  private final TestOutputTopic<String, Answer> answers;
  final Drain drain = new Drain();
  private final TestOutputTopic<String, AnswerToken> tokens;
  private final TestOutputTopic<byte[], byte[]> deadLetters;

  TopologyFixture() {
    this(testConfig());
  }

  TopologyFixture(TopologyConfig config) {
    this(config, new Fakes());
  }

  TopologyFixture(TopologyConfig config, Fakes fakes) {
    this(
        config,
        fakes,
        new EventSerdes(Map.of(EventSerdeConfig.URL, "mock://" + UUID.randomUUID())));
  }

  TopologyFixture(TopologyConfig config, Fakes fakes, EventSerdes serdes) {
    this.config = config;
    this.fakes = fakes;
    this.serdes = serdes;
    this.driver =
        new TopologyTestDriver(
            RagTopology.build(fakes.models(), config, serdes, telemetry, drain, Runnable::run),
            settings(),
            Samples.NOW);
    TopicNames topics = config.topics();
    queries = input(topics.queries());
    passages = input(topics.passages());
    documents = input(topics.documents());
    answers =
        driver.createOutputTopic(
            topics.answers(), new StringDeserializer(), serdes.answer().deserializer());
    tokens =
        driver.createOutputTopic(
            topics.answerTokens(), new StringDeserializer(), serdes.answerToken().deserializer());
    deadLetters =
        driver.createOutputTopic(
            topics.deadLetters(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * Not exactly-once: the driver forgets what handlers send in a transaction before it commits it.
   * Tests with a broker hold that.
   */
  private Properties settings() {
    Properties settings =
        StreamsSettings.properties(
            config,
            "test",
            GroupProtocol.CLASSIC,
            Map.of(
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG,
                "unused:9092",
                StreamsConfig.STATE_DIR_CONFIG,
                state.path().toString()));
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
    return StreamsSettings.observed(settings, telemetry);
  }

  /** One partition; a task that is behind does not wait. */
  static TopologyConfig testConfig() {
    return testConfig(Duration.ZERO);
  }

  /** One partition; a task that is behind waits this long between two ticks. */
  static TopologyConfig testConfig(Duration pressureWait) {
    return TopologyConfig.defaults()
        .withPartitions(1)
        .withPace(Duration.ofMillis(50), pressureWait);
  }

  /** The same with this many answers of a task at a time. */
  static TopologyConfig generatingAtMost(int inFlight) {
    AnswerConfig defaults = AnswerConfig.defaults();
    return testConfig().withAnswer(answering(inFlight, defaults.backlog(), defaults.maxRequests()));
  }

  /** The same, but chunks that are not chosen are left out unless a query says otherwise. */
  static TopologyConfig selecting() {
    AnswerConfig defaults = AnswerConfig.defaults();
    return testConfig()
        .withAnswer(
            answering(
                ExpansionMode.SELECTED,
                defaults.inFlight(),
                defaults.inFlightBytes(),
                defaults.backlog(),
                defaults.maxRequests()));
  }

  /** The defaults with other bounds. */
  static AnswerConfig answering(int inFlight, int backlog, int maxRequests) {
    AnswerConfig defaults = AnswerConfig.defaults();
    return answering(defaults.mode(), inFlight, defaults.inFlightBytes(), backlog, maxRequests);
  }

  /** One partition; answers at the same time have no more bytes of passages. */
  static TopologyConfig generatingAtMostBytes(long bytes) {
    AnswerConfig defaults = AnswerConfig.defaults();
    return testConfig()
        .withAnswer(
            answering(
                defaults.mode(),
                defaults.inFlight(),
                bytes,
                defaults.backlog(),
                defaults.maxRequests()));
  }

  private static AnswerConfig answering(
      ExpansionMode mode, int inFlight, long inFlightBytes, int backlog, int maxRequests) {
    AnswerConfig defaults = AnswerConfig.defaults();
    return new AnswerConfig(
        defaults.maxTokens(),
        mode,
        defaults.expansion(),
        defaults.maxPositions(),
        defaults.deadline(),
        defaults.orphanAfter(),
        defaults.duplicateWindow(),
        inFlight,
        inFlightBytes,
        backlog,
        maxRequests);
  }

  /** The same, but queries may ask for any deadline. */
  static TopologyConfig patientConfig() {
    Limits limits = Limits.defaults();
    return testConfig()
        .withLimits(
            new Limits(
                limits.idChars(),
                limits.questionChars(),
                limits.historyTurns(),
                limits.historyChars(),
                limits.passageChars(),
                limits.passageTokens(),
                limits.documentChars(),
                limits.passagesPerQuery(),
                Duration.ofMillis(Long.MAX_VALUE),
                limits.sourceUriChars(),
                limits.headerBytes(),
                limits.recordBytes()));
  }

  private TestInputTopic<byte[], byte[]> input(String topic) {
    return driver.createInputTopic(
        topic, new ByteArraySerializer(), new ByteArraySerializer(), Samples.NOW, Duration.ZERO);
  }

  void ask(Query.Builder query) {
    ask(query.build(), new RecordHeaders());
  }

  void ask(Query query, Headers headers) {
    String key = query.getConversationId() == null ? query.getQueryId() : query.getConversationId();
    rawQuery(
        key.getBytes(UTF_8),
        serdes.query().serializer().serialize(config.topics().queries(), query),
        headers);
  }

  /** Takes back a query that is a conversation of its own. */
  void cancel(String queryId) {
    rawQuery(queryId.getBytes(UTF_8), null, new RecordHeaders());
  }

  /** Takes back a query of a conversation. */
  void cancel(String conversationId, String queryId) {
    rawQuery(
        conversationId.getBytes(UTF_8),
        null,
        new RecordHeaders().add(CancelHeader.QUERY_ID, queryId.getBytes(UTF_8)));
  }

  void rawQuery(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    queries.pipeInput(new TestRecord<>(key, value, headers, Samples.NOW));
  }

  void retrieve(RetrievedPassage.Builder passage) {
    rawPassage(passage.getQueryId().getBytes(UTF_8), bytes(passage.build()), new RecordHeaders());
  }

  byte[] bytes(RetrievedPassage passage) {
    return serdes.passage().serializer().serialize(config.topics().passages(), passage);
  }

  void rawPassage(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    passages.pipeInput(new TestRecord<>(key, value, headers, Samples.NOW));
  }

  void publish(Document.Builder document) {
    documents.pipeInput(
        document.getDocumentId().getBytes(UTF_8),
        serdes.document().serializer().serialize(config.topics().documents(), document.build()));
  }

  void rawDocument(byte @Nullable [] key, byte @Nullable [] value) {
    documents.pipeInput(key, value);
  }

  /** Moves the wall clock, far enough for one tick if not told otherwise. */
  void tick() {
    driver.advanceWallClockTime(config.tick());
  }

  void advance(Duration time) {
    driver.advanceWallClockTime(time);
  }

  /** Spans so far, oldest first. */
  List<SpanData> spans() {
    return exporter.getFinishedSpanItems();
  }

  /** Answers since the last call. */
  List<Answer> answers() {
    return answers.readValuesToList();
  }

  List<TestRecord<String, Answer>> answerRecords() {
    return answers.readRecordsToList();
  }

  /** Tokens since the last call. */
  List<AnswerToken> tokens() {
    return tokens.readValuesToList();
  }

  List<TestRecord<String, AnswerToken>> tokenRecords() {
    return tokens.readRecordsToList();
  }

  /** Dead letters since the last call. */
  List<DeadRecord> deadLetters() {
    return deadLetters.readRecordsToList().stream().map(DeadRecord::new).toList();
  }

  /** Keys that compaction leaves of the changelog of a store; once. */
  Set<Bytes> changelog(String store) {
    TestOutputTopic<byte[], byte[]> changelog =
        driver.createOutputTopic(
            "test-" + store + "-changelog",
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    Set<Bytes> left = new HashSet<>();
    for (TestRecord<byte[], byte[]> record : changelog.readRecordsToList()) {
      if (record.value() == null) {
        left.remove(Bytes.wrap(record.key()));
      } else {
        left.add(Bytes.wrap(record.key()));
      }
    }
    return left;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    driver.close();
    serdes.close();
    tracers.close();
    state.close();
  }
}
