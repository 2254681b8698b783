package io.github.refragstreams.app.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.refragstreams.app.api.Api;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.config.ManagementConfig;
import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.app.eval.FakeModels;
import io.github.refragstreams.app.http.Routes;
import io.github.refragstreams.app.management.Health;
import io.github.refragstreams.app.management.ManagementServer;
import io.github.refragstreams.app.management.QueryReports;
import io.github.refragstreams.app.service.AnsweringService;
import io.github.refragstreams.app.telemetry.Tracing;
import io.github.refragstreams.app.topics.TopicAdmin;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.model.Telemetry;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.QueryOptions;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.CancelHeader;
import io.github.refragstreams.topology.Limits;
import io.github.refragstreams.topology.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the page asks for, over a real broker and topology; the models are fakes. */
class ConsoleTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final HttpClient client = HttpClient.newHttpClient();

  @TempDir private static Path folder;

  private static EmbeddedKafka kafka;
  private static EventSerdes serdes;
  private static Tracing tracing;
  private static AnsweringService service;
  private static Api api;

  @BeforeAll
  static void start() {
    kafka = EmbeddedKafka.start(0);
    AppConfig config = config(Map.of());
    try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
      admin.create(Topics.required(config.topology()), Optional.empty());
    }
    serdes = new EventSerdes(config.kafka());
    Models models = FakeModels.answering(prompt -> "an answer");
    tracing = Tracing.start(config.tracing(), "console-test");
    Telemetry telemetry = tracing.with(new SimpleMeterRegistry());
    service = AnsweringService.start(config, Map.of(), models, serdes, telemetry);
    service.awaitRunning(PATIENCE);
    QueryReports queries = new QueryReports(tracing.recent());
    queries.started(service);
    api =
        serve(
            Instance.here(
                () ->
                    """
                    # HELP refrag_answers_total Answers.
                    refrag_answers_total{status="complete"} 3.0
                    refrag_answer_time_seconds_bucket{le="0.5"} 2
                    refrag_answer_time_seconds_count 3
                    jvm_threads_live_threads 20.0
                    """,
                queries::of));
  }

  @AfterAll
  static void stop() {
    api.close();
    service.close();
    tracing.close();
    serdes.close();
    kafka.close();
  }

  @Test
  void servesThePageAndLeadsThere() throws Exception {
    // When
    HttpResponse<String> page = get("/console/");
    HttpResponse<String> root = get("/");
    // Then
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("<script type=\"module\" src=\"app.js\">");
    assertThat(root.headers().firstValue("Location")).contains("/console/");
    for (String file : List.of("app.js", "style.css", "icon.svg")) {
      assertThat(get("/console/" + file).statusCode()).as(file).isEqualTo(200);
    }
  }

  @Test
  void tellsThePageWhatItHasToKnow() throws Exception {
    // Given
    Limits limits = Limits.defaults();
    // When, Then
    assertThat(ok(get("/console/api/settings")))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"model": "fake@1", "chunk_sizes": [2, 4], "chunk_tokens": 2, "mode": "MIXED",
                     "expand_fraction": 0.1, "expand_least_tokens": 64, "expand_tokens": 96, "retrieves": false,
                     "history_turns": %d, "history_chars": %d, "examples": []}
                    """
                        .formatted(limits.historyTurns(), limits.historyChars())));
  }

  @Test
  void showsOurMetersWithoutTheirBuckets() throws Exception {
    // When, Then
    assertThat(get("/console/api/meters").body())
        .isEqualTo(
            "refrag_answers_total{status=\"complete\"} 3.0\nrefrag_answer_time_seconds_count 3\n");
  }

  @ParameterizedTest
  @CsvSource({"http://127.0.0.1:1, 503", "off, 404"})
  void saysWhenNobodyCanBeAsked(String address, int status) throws Exception {
    // Given
    AppConfig config = config(Map.of("console.management", address));
    try (Api without = serve(new RemoteInstance(config.console().management()))) {
      for (String path : List.of("meters", "requests/one/stages")) {
        // When
        HttpResponse<String> response = get(without, "/console/api/" + path);
        // Then
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(json(response).get("code").asText()).isEqualTo("no-instance");
        assertThat(json(response).get("detail").asText()).contains("console.management");
      }
    }
  }

  @Test
  void asksAnotherProcess() throws Exception {
    // Given
    ManagementConfig anyPort = new ManagementConfig(true, "127.0.0.1", 0, Duration.ofMinutes(2));
    QueryReports queries = new QueryReports(tracing.recent());
    queries.started(service);
    try (ManagementServer answering =
            ManagementServer.start(
                anyPort, new Health(Duration.ofMinutes(2)), () -> "refrag_answers 3", queries);
        Api other =
            serve(
                new RemoteInstance(
                    Optional.of(URI.create("http://127.0.0.1:" + answering.port() + "/"))))) {
      // When, Then
      assertThat(get(other, "/console/api/meters").body()).isEqualTo("refrag_answers 3\n");
      assertThat(ok(get(other, "/console/api/requests/no%20body/stages")).get("query_id"))
          .isEqualTo(new TextNode("no body"));
    }
  }

  @Test
  void tellsTheStagesOfAQuery() throws Exception {
    // Given
    JsonNode answer =
        ok(post("/v1/ask", "{\"question\": \"when?\", \"passages\": [{\"text\": \"then\"}]}"));
    String id = answer.get("query_id").asText();
    // When
    JsonNode stages = ok(get("/console/api/requests/" + id + "/stages"));
    // Then
    assertThat(stages.get("state").asText()).isEqualTo("answered");
    assertThat(stages.get("generation_id")).isEqualTo(answer.get("generation_id"));
    assertThat(stages.get("spans").findValuesAsText("name"))
        .contains("intake", "encode", "wait", "plan", "queue", "prefill", "decode", "emit");
    for (JsonNode span : stages.get("spans")) {
      assertThat(span.get("end_ms").asDouble())
          .isGreaterThanOrEqualTo(span.get("start_ms").asDouble());
    }
    assertThat(stages.toString()).doesNotContain("when?").doesNotContain("then");
  }

  @Test
  void findsWhatTheTopicsHoldOfAQuery() throws Exception {
    // Given
    JsonNode answer =
        ok(post("/v1/ask", "{\"question\": \"who?\", \"passages\": [{\"text\": \"somebody\"}]}"));
    String id = answer.get("query_id").asText();
    // When
    JsonNode events = ok(get("/console/api/requests/" + id));
    JsonNode last = ok(get("/console/api/requests?limit=100"));
    // Then
    List<String> topics = events.findValuesAsText("topic");
    assertThat(topics)
        .startsWith("rag.queries", "rag.passages")
        .contains("rag.answer-tokens", "rag.answers");
    assertThat(events.at("/0/event/question").asText()).isEqualTo("who?");
    assertThat(events.findValuesAsText("query_id")).containsOnly(id);
    JsonNode stored = events.get(topics.indexOf("rag.answers"));
    assertThat(stored.at("/event/text").asText()).isEqualTo("an answer");
    assertThat(stored.at("/headers/ce_subject").asText()).isEqualTo(id);
    assertThat(stored.get("at").asText()).isEqualTo(stored.at("/headers/ce_time").asText());
    JsonNode summary = named(last, "query_id", id);
    assertThat(summary.get("state").asText()).isEqualTo("complete");
    assertThat(summary.get("question").asText()).isEqualTo("who?");
    assertThat(summary.get("time_to_first_token_ms").isNumber()).isTrue();
  }

  @Test
  void findsWhatWasRefused() throws Exception {
    // Given
    int refused =
        post(
                "/v1/ask",
                "{\"question\": \"k?\", \"passages\": [], \"options\": {\"chunk_tokens\": 3}}")
            .statusCode();
    assertThat(refused).isEqualTo(422);
    // When
    JsonNode last = ok(get("/console/api/requests"));
    JsonNode summary = named(last, "question", "k?");
    JsonNode events = ok(get("/console/api/requests/" + summary.get("query_id").asText()));
    // Then
    assertThat(summary.get("state").asText()).isEqualTo("refused");
    assertThat(events.findValuesAsText("topic"))
        .containsExactlyInAnyOrder("rag.queries", "rag.dead-letters");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aQueryThatIsTakenBackIsNotOpen(boolean named) throws Exception {
    // Given: it waits for a passage
    String id = "taken-back-" + named;
    Query query =
        Query.newBuilder()
            .setQueryId(id)
            .setConversationId(named ? "talk" : null)
            .setQuestion("?")
            .setExpectedPassages(1)
            .setOptions(QueryOptions.newBuilder().build())
            .setCreatedAt(Instant.now())
            .build();
    String key = named ? "talk" : id;
    send("rag.queries", key, serdes.query().serializer().serialize("rag.queries", query));
    assertThat(named(ok(get("/console/api/requests")), "query_id", id).get("state").asText())
        .isEqualTo("open");
    // When
    Headers headers = new RecordHeaders();
    if (named) {
      headers.add(CancelHeader.QUERY_ID, id.getBytes(UTF_8));
    }
    send(new ProducerRecord<>("rag.queries", null, key.getBytes(UTF_8), null, headers));
    // Then
    assertThat(named(ok(get("/console/api/requests")), "query_id", id).get("state").asText())
        .isEqualTo("cancelled");
  }

  @Test
  void listsExplainsAndReplaysDeadLetters() throws Exception {
    // Given
    byte[] noEvent = {1, 2, 3};
    send("rag.queries", "lost", noEvent);
    await()
        .atMost(PATIENCE)
        .until(() -> ok(get("/console/api/dead-letters")).toString().contains("\"lost\""));
    // When
    JsonNode letter = named(ok(get("/console/api/dead-letters")), "key", "lost");
    JsonNode details =
        ok(get("/console/api/dead-letters/" + letter.get("id").asText().replace("@", "%40")));
    // Then
    assertThat(letter.get("code").asText()).isEqualTo("NOT_AVRO");
    assertThat(details.get("advice").asText()).isNotBlank();
    assertThat(details.get("payload").asText()).isEqualTo("AQID");
    assertThat(details.get("replayable").asBoolean()).isTrue();
    // When
    JsonNode sent =
        ok(
            post(
                "/console/api/dead-letters/replay",
                "{\"ids\": [\"" + letter.get("id").asText() + "\"]}"));
    // Then
    assertThat(sent.at("/replayed/0")).isEqualTo(letter.get("id"));
    await()
        .atMost(PATIENCE)
        .until(() -> keys(ok(get("/console/api/dead-letters"))).equals(List.of("lost", "lost")));
  }

  @Test
  void saysWhenTheRegistryIsAwayAndExplainsDeadLettersAllTheSame() throws Exception {
    // Given: a record that is an event by its first bytes; nothing listens at the registry
    send("rag.queries", "unknown", new byte[] {0, 0x7f, 0x7f, 0x7f, 0x7f, 1, 2, 3});
    await()
        .atMost(PATIENCE)
        .until(() -> ok(get("/console/api/dead-letters")).toString().contains("\"unknown\""));
    JsonNode letter = named(ok(get("/console/api/dead-letters")), "key", "unknown");
    Map<String, String> away =
        Map.of("schema.registry.url", "http://127.0.0.1:1", "schema.registry.max.retries", "0");
    try (EventSerdes unreachable = new EventSerdes(away);
        Api without = serve(new RemoteInstance(Optional.empty()), unreachable)) {
      for (String path : List.of("requests", "requests/one")) {
        // When
        HttpResponse<String> response = get(without, "/console/api/" + path);
        // Then
        assertThat(response.statusCode()).as(path).isEqualTo(503);
        assertThat(json(response).get("code").asText()).isEqualTo("registry-unavailable");
      }
      // When
      JsonNode details =
          ok(
              get(
                  without,
                  "/console/api/dead-letters/" + letter.get("id").asText().replace("@", "%40")));
      // Then
      assertThat(details.get("code").asText()).isEqualTo("UNKNOWN_SCHEMA");
      assertThat(details.get("payload").asText()).isEqualTo("AH9/f38BAgM=");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /console/api/requests?limit=0       | 400 | 'limit' is '0'; expected a whole number from 1 to 100
          /console/api/requests?limit=1e9     | 400 | 'limit' is '1e9'
          /console/api/dead-letters?limit=201 | 400 | from 1 to 200
          /console/api/requests/nobody        | 404 | nothing of query 'nobody'
          /console/api/dead-letters/9@9       | 404 | no dead letter '9@9'
          /console/api/dead-letters/0@999     | 404 | no dead letter '0@999'
          /console/api/dead-letters/first     | 404 | no dead letter 'first'
          /console/nothing.js                 | 404 | no file
          """)
  void saysWhatIsNotThere(String path, int status, String detail) throws Exception {
    // When
    HttpResponse<String> response = get(path);
    // Then
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(json(response).get("detail").asText()).contains(detail);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          application/json | {}                 | 400
          application/json | {"ids": []}        | 400
          application/json | {"ids": [null]}    | 400
          application/json | {"ids": ["9@9"]}   | 404
          text/plain       | {"ids": ["0@0"]}   | 415
          """)
  void replaysOnlyWhatItIsToldInJson(String type, String body, int status) throws Exception {
    // When
    HttpResponse<String> response =
        client.send(
            request(api, "/console/api/dead-letters/replay")
                .setHeader("Content-Type", type)
                .POST(BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
    // Then
    assertThat(response.statusCode()).isEqualTo(status);
  }

  private static Api serve(Instance instance) {
    return serve(instance, serdes);
  }

  private static Api serve(Instance instance, EventSerdes serdes) {
    AppConfig config = config(Map.of());
    Routes routes =
        Console.routes(
            config,
            config.kafka(),
            serdes,
            FakeModels.answering(prompt -> "").bundle(),
            Optional.empty(),
            instance);
    return Api.start(config, serdes, "fake@1", routes, new SimpleMeterRegistry(), line -> {});
  }

  private static AppConfig config(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("http.port", "0");
    settings.put("kafka.state.dir", folder.resolve("state").toString());
    settings.put("topics.partitions", "1");
    settings.put("kafka.bootstrap.servers", kafka.bootstrapServers());
    settings.put("kafka.schema.registry.url", "mock://console-test");
    return AppConfig.load(null, Map.of(), settings);
  }

  private static void send(String topic, String key, byte[] value) throws Exception {
    send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value));
  }

  private static void send(ProducerRecord<byte[], byte[]> sent) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(sent).get();
    }
  }

  private static JsonNode named(JsonNode list, String field, String value) {
    for (JsonNode each : list) {
      if (each.get(field).asText().equals(value)) {
        return each;
      }
    }
    throw new AssertionError("no " + field + " '" + value + "' in " + list);
  }

  /** Keys of the letters that are no events. */
  private static List<String> keys(JsonNode letters) {
    List<String> keys = new ArrayList<>();
    letters.forEach(
        letter -> {
          if (letter.get("code").asText().equals("NOT_AVRO")) {
            keys.add(letter.get("key").asText());
          }
        });
    return keys;
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return get(api, path);
  }

  private static HttpResponse<String> get(Api server, String path) throws Exception {
    return client.send(request(server, path).build(), BodyHandlers.ofString());
  }

  private static HttpResponse<String> post(String path, String body) throws Exception {
    return client.send(
        request(api, path).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(Api server, String path) {
    return HttpRequest.newBuilder(server.url().resolve(path))
        .header("Content-Type", "application/json")
        .timeout(PATIENCE);
  }

  private static JsonNode ok(HttpResponse<String> response) throws Exception {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return json(response);
  }

  private static JsonNode json(HttpResponse<String> response) throws Exception {
    return new ObjectMapper().readTree(response.body());
  }
}
