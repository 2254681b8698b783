package io.github.refragstreams.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.app.client.ClientSettings;
import io.github.refragstreams.model.ExpansionBudget;
import io.github.refragstreams.model.ExpansionMode;
import io.github.refragstreams.model.Precision;
import io.github.refragstreams.model.RuntimeConfig;
import io.github.refragstreams.topology.AnswerConfig;
import io.github.refragstreams.topology.CacheConfig;
import io.github.refragstreams.topology.ConversationConfig;
import io.github.refragstreams.topology.DegradeConfig;
import io.github.refragstreams.topology.EncodeConfig;
import io.github.refragstreams.topology.GroupProtocol;
import io.github.refragstreams.topology.Limits;
import io.github.refragstreams.topology.RetryConfig;
import io.github.refragstreams.topology.StoresConfig;
import io.github.refragstreams.topology.TopicNames;
import io.github.refragstreams.topology.TopicSpec;
import io.github.refragstreams.topology.Topics;
import io.github.refragstreams.topology.TopologyConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AppConfigTest {
  @TempDir private Path folder;

  @Test
  void hasTheDefaultsOfItsParts() {
    // When
    AppConfig config = AppConfig.load(null, Map.of(), Map.of());
    // Then
    assertThat(config.topology()).isEqualTo(TopologyConfig.defaults());
    assertThat(config.runtime().withDecoder(1, 64))
        .isEqualTo(RuntimeConfig.defaults().withDecoder(1, 64));
    assertThat(config.groupProtocol()).isEqualTo(GroupProtocol.CLASSIC);
    assertThat(config.kafka()).containsOnlyKeys("producer.max.request.size");
  }

  @Test
  void readsEveryKeyAsItWritesIt() {
    // Given
    Map<String, String> written = new HashMap<>();
    AppConfig.keys().forEach(key -> written.put(key.name(), write(key)));
    // When
    AppConfig config = AppConfig.load(null, Map.of(), written);
    // Then
    assertThat(config).isEqualTo(AppConfig.load(null, Map.of(), Map.of()));
  }

  @Test
  void handsEveryKeyToItsPart() throws IOException {
    // Given
    Path file =
        Files.writeString(
            folder.resolve("refrag.yaml"),
            """
            model:
              {bundle: /bundles/one, manifest-sha256: 0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f,
               device: cuda:1, threads: 3, batch-tokens: 4, batch-wait: 9ms, queue-tokens: 5000, decode-slots: 2,
               waiting-requests: 77, max-positions: 300, kv-positions: 700, prefill-chunk: 6, token-states: true}
            topics:
              {prefix: acme., partitions: 6, queries: q, passages: p, documents: d, answers: a, answer-tokens: t,
               dead-letters: l}
            limits:
              {id-chars: 21, question-chars: 22, history-turns: 23, history-chars: 24, passage-chars: 250,
               passage-tokens: 26, document-chars: 27, passages-per-query: 28, deadline: 2h, source-uri-chars: 29,
               header-bytes: 30, record-bytes: 70000}
            answer:
              {max-tokens: 11, mode: selected, expand-fraction: 0.5, expand-tokens: 12, expand-least-tokens: 3, max-positions: 65,
               deadline: 3s, orphan-after: 4s, duplicate-window: 5s, in-flight: 13, in-flight-bytes: 14B,
               backlog: 15, max-requests: 16}
            conversation:
              {turns: 31, raw-turns: 32, max-tokens: 33, turn-chars: 34, max-conversations: 35, idle-after: 6s}
            degrade: {enabled: false, queue-target: 4s, least-expand-fraction: 0.1}
            encode:
              {in-flight: 41, backlog: 42, max-pending: 43, documents-in-flight: 44, max-pending-documents: 45}
            cache: {max-bytes: 64MiB, max-entries: 9, hot-bytes: 1MiB, retention: 3h}
            stores: {memory-bytes: 32MiB, write-buffer-bytes: 8MiB}
            retry: {attempts: 2, first-delay: 1s, max-delay: 2s}
            streams: {application-id: mine, group-protocol: streams, tick: 20ms, pressure-wait: 1s, stop-wait: 8s}
            management: {enabled: false, host: localhost, port: 0, stall-after: 30s}
            tracing: {endpoint: "http://collector:4318/v1/traces", ratio: 0.5, recent-spans: 9}
            http:
              {enabled: true, host: 0.0.0.0, port: 51, token: a-token, tokens-file: tokens, tls-store: store,
               tls-store-password: secret, tls-ended-elsewhere: true,
               cors-origins: [https://one.example, https://two.example], max-body: 52B, max-open-bytes: 53B,
               body-timeout: 7s, idle-timeout: 8s, max-requests: 54, max-connections: 55,
               requests-per-minute: 56, answer-timeout: 9s, stop-wait: 10s}
            retriever:
              {corpus: /corpus, kind: hybrid, passages: 19, passage-chars: 101, max-file: 62B,
               dense: {model: /encoder, max-tokens: 63, index: /index}, hybrid.rank-constant: 64}
            console.management: http://console:9464
            kafka:
              bootstrap.servers: [one:9092, two:9092]
              schema.registry.url: http://registry:8081
            """);
    ConfigSource source = ConfigSource.of(file, Map.of(), Map.of(), AppConfig.keys());
    // When
    AppConfig config = AppConfig.of(source);
    // Then
    assertThat(AppConfig.keys())
        .allSatisfy(
            key ->
                assertThat((Object) source.get(key))
                    .as("%s is set, and not to its default", key.name())
                    .isNotEqualTo(key.defaultValue()));
    assertThat(config)
        .usingRecursiveComparison()
        .isEqualTo(
            new AppConfig(
                new BundleConfig(Path.of("/bundles/one"), Optional.of("0f".repeat(32))),
                new RuntimeConfig(
                    "cuda:1",
                    3,
                    4,
                    Duration.ofMillis(9),
                    5_000,
                    2,
                    77,
                    300,
                    700,
                    6,
                    true,
                    Precision.QUANTISED),
                new TopologyConfig(
                    new TopicNames("acme.q", "acme.p", "acme.d", "acme.a", "acme.t", "acme.l"),
                    6,
                    Duration.ofMillis(20),
                    Duration.ofSeconds(1),
                    new Limits(
                        21, 22, 23, 24, 250, 26, 27, 28, Duration.ofHours(2), 29, 30, 70_000),
                    new EncodeConfig(41, 42, 43, 44, 45),
                    new CacheConfig(9, 64 << 20, 1 << 20, Duration.ofHours(3)),
                    new StoresConfig(32 << 20, 8 << 20),
                    new AnswerConfig(
                        11,
                        ExpansionMode.SELECTED,
                        new ExpansionBudget(0.5f, 3, 12),
                        65,
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(5),
                        13,
                        14,
                        15,
                        16),
                    new ConversationConfig(31, 32, 33, 34, 35, Duration.ofSeconds(6)),
                    new DegradeConfig(false, Duration.ofSeconds(4), 0.1f),
                    new RetryConfig(2, Duration.ofSeconds(1), Duration.ofSeconds(2))),
                "acme.mine",
                GroupProtocol.STREAMS,
                Duration.ofSeconds(8),
                new ManagementConfig(false, "localhost", 0, Duration.ofSeconds(30)),
                new TracingConfig(
                    Optional.of(URI.create("http://collector:4318/v1/traces")), 0.5f, 9),
                new HttpConfig(
                    true,
                    "0.0.0.0",
                    51,
                    new HttpConfig.Access(
                        Optional.of("a-token"),
                        Optional.of("tokens"),
                        Optional.of("store"),
                        Optional.of("secret"),
                        true,
                        List.of("https://one.example", "https://two.example")),
                    new HttpConfig.Limits(
                        52,
                        53,
                        Duration.ofSeconds(7),
                        Duration.ofSeconds(8),
                        54,
                        55,
                        56,
                        Duration.ofSeconds(9),
                        Duration.ofSeconds(10))),
                new RetrieverConfig(
                    RetrieverConfig.Kind.HYBRID,
                    Optional.of("/corpus"),
                    19,
                    new RetrieverConfig.Files(101, 62),
                    new RetrieverConfig.Dense(Optional.of("/encoder"), 63, Optional.of("/index")),
                    64),
                new ConsoleConfig(Optional.of(URI.create("http://console:9464"))),
                Map.of(
                    "bootstrap.servers", "one:9092,two:9092",
                    "producer.max.request.size", "70000",
                    "schema.registry.url", "http://registry:8081")));
    assertThat(config.onCluster()).isSameAs(config);
  }

  @Test
  void putsTheTenantsPrefixBeforeEveryName() {
    // When
    AppConfig config =
        AppConfig.load(null, Map.of(), Map.of("topics.prefix", "acme.", "topics.answers", "mine"));
    // Then
    assertThat(config.applicationId()).isEqualTo("acme.refrag");
    assertThat(config.streams(Map.of("bootstrap.servers", "a:1")))
        .containsEntry("application.id", "acme.refrag")
        .containsEntry("errors.dead.letter.queue.topic.name", "acme.rag.dead-letters");
    assertThat(Topics.required(config.topology()))
        .extracting(TopicSpec::name)
        .containsExactly(
            "acme.rag.queries",
            "acme.rag.passages",
            "acme.rag.documents",
            "acme.mine",
            "acme.rag.answer-tokens",
            "acme.rag.dead-letters");
  }

  @Test
  void namesAPrefixThatNoTopicMayHaveOnce() {
    assertThatThrownBy(() -> AppConfig.load(null, Map.of(), Map.of("topics.prefix", "a/")))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessage(
            "--set: topics.prefix is 'a/'; expected off, or letters, digits, '.', '_' and '-', at"
                + " most 64");
  }

  @Test
  void saysOfKafkasSettingsOnlyTheirNames() {
    // When
    AppConfig config =
        AppConfig.load(
            null, Map.of(), Map.of("kafka.ssl.key.password", "hunter2", "http.token", "hunter2"));
    // Then
    assertThat(config.toString()).contains("ssl.key.password").doesNotContain("hunter2");
  }

  @Test
  void saysWhatAClusterNeeds() {
    // Given
    AppConfig config = AppConfig.load(null, Map.of(), Map.of("kafka.bootstrap.servers", "a:1"));
    // When, Then
    assertThatThrownBy(config::onCluster)
        .isInstanceOf(InvalidConfigException.class)
        .hasMessage("kafka.schema.registry.url is missing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model.device|gpu|model.device is gpu; it must be \"cpu\" or \"cuda:N\"",
        "topics.queries|no spaces|topics.queries is 'no spaces'; it must be a topic name: letters,"
            + " digits, '.', '_' and '-', at most 249",
        "retry.max-delay|1ms|retry.max-delay is PT0.001S; it must be at least retry.first-delay",
        "answer.deadline|5|--set: answer.deadline is '5'; expected a time such as 500ms, 10s, 5m,"
            + " 2h or 7d",
        "limits.passage-chars|15|--set: limits.passage-chars is '15'; expected a whole number, at"
            + " least 16",
        "streams.pressure-wait|2001ms|--set: streams.pressure-wait is '2001ms'; expected a time"
            + " such as 500ms, 10s, 5m, 2h or 7d, at most 2s",
        "cache.max-bytes|4GB|--set: cache.max-bytes is '4GB'; expected a size such as 512B, 64KiB,"
            + " 16MiB or 1GiB",
        "kafka.processing.guarantee|at_least_once|kafka.processing.guarantee is at_least_once; it"
            + " must be left at exactly_once_v2",
        "tracing.endpoint|collector:4318|--set: tracing.endpoint is 'collector:4318'; expected off,"
            + " or a URL that begins with http:// or https://",
        "answer.dead-line|5s|--set: unknown key 'answer.dead-line'; did you mean"
            + " 'answer.deadline'?",
      })
  void refusesBadValuesByName(String key, String value, String message) {
    assertThatThrownBy(() -> AppConfig.load(null, Map.of(), Map.of(key, value)))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessage(message);
  }

  /** What a key describes and its part refuses would be a wrong reference page. */
  @ParameterizedTest
  @CsvSource({"limits.passage-chars, 16", "streams.pressure-wait, 2s", "streams.pressure-wait, 0s"})
  void takesValuesAtTheirBounds(String key, String value) {
    assertThatCode(() -> AppConfig.load(null, Map.of(), Map.of(key, value)))
        .doesNotThrowAnyException();
  }

  @Test
  void describesEachKeyOnce() {
    assertThat(AppConfig.keys().stream().map(Key::name).collect(Collectors.toList()))
        .doesNotHaveDuplicates()
        .hasSizeGreaterThan(40);
    assertThat(AppConfig.keys()).extracting(Key::variable).doesNotHaveDuplicates();
  }

  private static <T> String write(Key<T> key) {
    return key.type().write(key.defaultValue());
  }

  @Test
  void refusesMoreAnswersAtATimeThanTheDecoderTakes() {
    assertThatThrownBy(() -> AppConfig.load(null, Map.of(), Map.of("topics.partitions", "34")))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining(
            "answer.in-flight is 8 and topics.partitions is 34: an instance may ask for 272 answers"
                + " at a time, but model.decode-slots and model.waiting-requests together are 264");
    assertThat(AppConfig.load(null, Map.of(), Map.of("topics.partitions", "33")).topology())
        .extracting(TopologyConfig::partitions)
        .isEqualTo(33);
  }

  @Test
  void refusesAnEncoderQueueThatDoesNotHoldTheLargestQuery() {
    assertThatThrownBy(() -> AppConfig.load(null, Map.of(), Map.of("model.queue-tokens", "400000")))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining(
            "limits.passages-per-query is 100, limits.passage-tokens is 4096 and"
                + " conversation.max-tokens is 512: a query may ask for 410112 tokens to be encoded,"
                + " but model.queue-tokens is 400000");
  }

  @Test
  void refusesMorePassagesOfTheRetrieverThanAQueryMayHave() {
    Map<String, String> settings =
        Map.of("limits.passages-per-query", "3", "retriever.corpus", "/corpus");
    assertThatThrownBy(() -> AppConfig.load(null, Map.of(), settings))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("retriever.passages is 5; limits.passages-per-query is 3");
  }

  @Test
  void takesSectionsWithNothingInThem() throws IOException {
    // Given
    Path file = Files.writeString(folder.resolve("empty.yaml"), "kafka: {}\ntopics: {}\n");
    // When, Then
    assertThat(AppConfig.load(file, Map.of(), Map.of()).topology().partitions())
        .isEqualTo(AppConfig.load(null, Map.of(), Map.of()).topology().partitions());
  }

  @Test
  void producersOfClientsSendWhatTheApplicationTakes() {
    // Given
    Map<String, String> limit = Map.of("limits.record-bytes", "9000000");
    Map<String, String> own =
        Map.of("limits.record-bytes", "9000000", "kafka.max.request.size", "9500000");
    // When, Then
    assertThat(ClientSettings.producer(AppConfig.load(null, Map.of(), limit).kafka()))
        .containsEntry("max.request.size", "9000000");
    assertThat(ClientSettings.producer(AppConfig.load(null, Map.of(), own).kafka()))
        .containsEntry("max.request.size", "9500000");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kafka.num.stream.threads|abc|Not a number of type INT",
        "kafka.commit.interval.ms|30ms|Not a number of type LONG",
        "kafka.main.consumer.max.poll.records|0|Value must be at least 1",
        "kafka.producer.acks|some|String must be one of: all, -1, 0, 1",
        "kafka.request.timeout.ms|-1|Value must be at least 0",
      })
  void refusesWhatKafkaWouldRefuseAtTheStart(String key, String value, String problem) {
    assertThatThrownBy(() -> AppConfig.load(null, Map.of(), Map.of(key, value)))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageStartingWith("--set: " + key + ": Invalid value " + value)
        .hasMessageContaining(problem);
  }

  @Test
  void leavesToKafkaWhatItLooksUpItself() {
    Map<String, String> settings =
        Map.of("kafka.config.providers", "file", "kafka.num.stream.threads", "${file:/a:b}");
    assertThat(AppConfig.load(null, Map.of(), settings).kafka())
        .containsEntry("num.stream.threads", "${file:/a:b}");
  }
}
