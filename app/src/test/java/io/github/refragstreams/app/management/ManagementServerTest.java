package io.github.refragstreams.app.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.app.config.ManagementConfig;
import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.app.eval.FakeModels;
import io.github.refragstreams.app.service.AnsweringService;
import io.github.refragstreams.app.telemetry.Metrics;
import io.github.refragstreams.app.telemetry.RecentSpans;
import io.github.refragstreams.app.topics.TopicAdmin;
import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.ModelException.Kind;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.model.PassageEncoder;
import io.github.refragstreams.model.Telemetry;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the endpoints say while a service starts, works, and is stuck. */
class ManagementServerTest {
  private static final Duration STALL_AFTER = Duration.ofMinutes(2);
  private static final ManagementConfig ANY_PORT =
      new ManagementConfig(true, "127.0.0.1", 0, STALL_AFTER);

  @TempDir private Path state;

  private final AtomicLong now = new AtomicLong();
  private final Health health = new Health(STALL_AFTER, now::get);
  private final Metrics metrics = new Metrics();
  private final QueryReports queries = new QueryReports(new RecentSpans(0));
  private final HttpClient client = HttpClient.newHttpClient();
  private ManagementServer server;

  @BeforeEach
  void start() {
    server = ManagementServer.start(ANY_PORT, health, metrics::scrape, queries);
  }

  @AfterEach
  void stop() {
    server.close();
    metrics.close();
  }

  @Test
  void followsAServiceFromItsStartToItsEnd() throws Exception {
    // Given
    assertThat(get("/health/startup").statusCode()).isEqualTo(503);
    assertThat(get("/health/ready").statusCode()).isEqualTo(503);
    assertThat(get("/health/live").statusCode()).as("loading is no failure").isEqualTo(200);
    assertThat(get("/requests/one").statusCode()).isEqualTo(503);
    try (EmbeddedKafka kafka = EmbeddedKafka.start(0)) {
      AppConfig config = config(kafka);
      Telemetry telemetry = Telemetry.measuring(metrics.registry());
      try (EventSerdes serdes = new EventSerdes(config.kafka())) {
        // When
        Models models = health.watch(FakeModels.answering(prompt -> "yes"));
        assertThat(get("/health/startup").body())
            .isEqualTo(
                "{\"status\":\"DOWN\",\"checks\":{\"bundle\":\"loaded\",\"topology\":\"not"
                    + " started\"}}");
        AnsweringService service =
            AnsweringService.start(config, Map.of(), models, serdes, telemetry);
        health.started(service);
        queries.started(service);
        service.awaitRunning(Duration.ofSeconds(60));
        // Then
        assertThat(get("/health/startup").statusCode()).isEqualTo(200);
        assertThat(get("/health/ready").body())
            .isEqualTo(
                "{\"status\":\"UP\",\"checks\":{\"topology\":\"RUNNING\",\"models\":\"ok\"}}");
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        assertThat(get("/metrics").body())
            .contains("refrag_answers_total{status=\"complete\"} 0.0")
            .contains("kafka_stream_thread_commit_total")
            .contains("jvm_memory_used_bytes");
        assertThat(get("/requests/one").body())
            .contains("\"query_id\":\"one\",\"state\":\"unknown\"")
            .endsWith("\"spans\":[]}");
        // When
        health.expectApi();
        // Then
        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(get("/health/ready").body())
            .isEqualTo(
                "{\"status\":\"DOWN\",\"checks\":{\"topology\":\"RUNNING\",\"models\":\"ok\",\"api\":\"not started\"}}");
        // When
        Reader reader = new Reader();
        health.serves(reader);
        // Then
        assertThat(get("/health/ready").body())
            .isEqualTo(
                "{\"status\":\"UP\",\"checks\":{\"topology\":\"RUNNING\",\"models\":\"ok\",\"api\":\"listens\"}}");
        // When
        reader.refused = true;
        // Then
        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(get("/health/live").body()).contains("\"api\":\"ok\"");
        // When
        reader.dead = true;
        // Then
        assertThat(get("/health/live").statusCode()).isEqualTo(503);
        reader.refused = false;
        reader.dead = false;
        // When
        health.stopping();
        // Then
        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(get("/health/ready").body()).contains("\"api\":\"stops\"");
        // When
        awaitPoll(service);
        now.addAndGet(STALL_AFTER.plusSeconds(1).toNanos());
        // Then
        assertThat(get("/health/live").statusCode()).as("its threads have polled").isEqualTo(200);
        // When
        service.close();
        // Then
        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(get("/requests/one").body()).contains("no-stores");
      }
    }
  }

  @Test
  void isNoLongerLiveWhenAModelIsStuck() throws Exception {
    // Given
    CompletableFuture<ChunkVectors> stuck = new CompletableFuture<>();
    Models models = health.watch(encodingWith(stuck));
    // When
    CompletableFuture<ChunkVectors> vectors = models.encoder().encode(text(1));
    now.addAndGet(STALL_AFTER.toNanos());
    // Then
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
    // When: it takes no more
    assertThat(models.encoder().encode(text(2))).isCompletedExceptionally();
    // When
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    // Then
    HttpResponse<String> live = get("/health/live");
    assertThat(live.statusCode()).isEqualTo(503);
    assertThat(new ObjectMapper().readTree(live.body()).at("/checks/encoder").asText())
        .isEqualTo("no progress for 121 s");
    // When
    vectors.cancel(true);
    // Then
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void isNoLongerReadyAndThenNoLongerLiveWhenTheModelsFailOnEverything() throws Exception {
    // Given
    AtomicBoolean broken = new AtomicBoolean(true);
    Models models = health.watch(failingOn(text -> broken.get()));
    // When
    assertThat(models.encoder().encode(text(1))).isCompletedExceptionally();
    // Then
    now.addAndGet(STALL_AFTER.toNanos());
    assertThat(models("/health/live")).isEqualTo("fail on everything for 120 s: told to fail");
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(get("/health/live").statusCode()).isEqualTo(503);
    // When: whoever looks tries again
    broken.set(false);
    // Then
    await().atMost(Duration.ofSeconds(60)).until(() -> get("/health/live").statusCode() == 200);
    assertThat(models("/health/live")).isEqualTo("ok");
  }

  @Test
  void staysLiveWhenOneRecordAloneBreaksAModel() throws Exception {
    // Given
    Models models = health.watch(failingOn(text -> text.equals(text(1))));
    // When: it is tried again and again
    for (int i = 0; i < 10; i++) {
      assertThat(models.encoder().encode(text(1))).isCompletedExceptionally();
      now.addAndGet(STALL_AFTER.toNanos());
    }
    // Then
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
    assertThat(models("/health/live")).isEqualTo("ok");
  }

  @Test
  void knowsItsPathsAndNoOthers() throws Exception {
    assertThat(get("/health/live/x").statusCode()).isEqualTo(404);
    assertThat(get("/").statusCode()).isEqualTo(404);
    HttpRequest post =
        HttpRequest.newBuilder(uri("/metrics")).POST(HttpRequest.BodyPublishers.noBody()).build();
    assertThat(client.send(post, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(405);
  }

  @Test
  void listensOnTheLoopbackAddressIfNotToldOtherwise() {
    // When
    ManagementConfig defaults = AppConfig.load(null, Map.of(), Map.of()).management();
    // Then
    assertThat(defaults).isEqualTo(new ManagementConfig(true, "127.0.0.1", 9464, STALL_AFTER));
    assertThat(InetAddress.getLoopbackAddress().getHostAddress()).isEqualTo(defaults.host());
  }

  @Test
  void saysThatItsPortIsTaken() {
    // Given
    ManagementConfig taken = new ManagementConfig(true, "127.0.0.1", server.port(), STALL_AFTER);
    // When, Then
    assertThatThrownBy(() -> ManagementServer.start(taken, health, () -> "", queries))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageStartingWith(
            "management.port is " + server.port() + ", which cannot be bound on 127.0.0.1 (");
  }

  /** What is to be encoded takes as long as {@code result}; meanwhile, nothing else is taken. */
  private static Models encodingWith(CompletableFuture<ChunkVectors> result) {
    AtomicBoolean full = new AtomicBoolean();
    return encodingBy(
        FakeModels.answering(prompt -> "yes"),
        passage ->
            full.getAndSet(true)
                ? CompletableFuture.failedFuture(new ModelException(Kind.BUSY, "told to be full"))
                : result);
  }

  /** The encoder is broken on some texts. */
  private static Models failingOn(Predicate<ChunkedText> texts) {
    Models fakes = FakeModels.answering(prompt -> "yes");
    return encodingBy(
        fakes,
        passage ->
            texts.test(passage)
                ? CompletableFuture.failedFuture(new ModelException(Kind.MODEL, "told to fail"))
                : fakes.encoder().encode(passage));
  }

  private static Models encodingBy(
      Models fakes, Function<ChunkedText, CompletableFuture<ChunkVectors>> encode) {
    PassageEncoder encoder =
        new PassageEncoder() {
          @Override
          public CompletableFuture<ChunkVectors> encode(ChunkedText passage, Asker asker) {
            return encode.apply(passage);
          }

          @Override
          public void close() {}
        };
    return new Models(
        fakes.bundle(), fakes.chunker(), encoder, fakes.planner(), fakes.citer(), fakes.decoder());
  }

  private static ChunkedText text(int id) {
    return new ChunkedText(2, new int[] {id}, new int[] {1}, 0);
  }

  private String models(String path) throws IOException, InterruptedException {
    return new ObjectMapper().readTree(get(path).body()).at("/checks/models").asText();
  }

  private AppConfig config(EmbeddedKafka kafka) {
    AppConfig config =
        AppConfig.load(
            null,
            Map.of(),
            Map.of(
                "kafka.bootstrap.servers",
                kafka.bootstrapServers(),
                "kafka.schema.registry.url",
                "mock://management-test",
                "kafka.state.dir",
                state.toString(),
                "topics.partitions",
                "1"));
    try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
      admin.create(Topics.required(config.topology()), Optional.empty());
    }
    return config;
  }

  /** Until each thread has polled again. */
  private static void awaitPoll(AnsweringService service) {
    Map<String, Double> before = service.polls();
    assertThat(before).isNotEmpty();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                service.polls().entrySet().stream()
                    .noneMatch(poll -> poll.getValue().equals(before.get(poll.getKey()))));
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  /** As it is told to be. */
  private static final class Reader implements Following {
    private volatile boolean refused;
    private volatile boolean dead;

    @Override
    public boolean canFollow() {
      return !refused && !dead;
    }

    @Override
    public boolean follows() {
      return !dead;
    }
  }
}
