package io.github.refragstreams.app.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.app.topics.TopicAdmin;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.Topics;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the API says when the cluster that it started beside has gone. */
class ApiWithoutClusterTest {
  /** Less than Kafka's clients wait by default. */
  private static final Duration PATIENCE = Duration.ofSeconds(50);

  /** More than the server has threads. */
  private static final int MANY = 80;

  private static final HttpClient client = HttpClient.newHttpClient();

  @TempDir private static Path folder;

  private static EventSerdes serdes;
  private static Api api;

  @BeforeAll
  static void start() throws IOException {
    Path corpus = folder.resolve("corpus.jsonl");
    Files.writeString(corpus, "{\"pid\": \"tower\", \"text\": \"The tower is made of iron.\"}\n");
    try (EmbeddedKafka kafka = EmbeddedKafka.start(0)) {
      AppConfig config =
          AppConfig.load(
              null,
              Map.of(),
              Map.of(
                  "kafka.bootstrap.servers", kafka.bootstrapServers(),
                  "kafka.schema.registry.url", "mock://api-without-cluster-test",
                  "topics.partitions", "1",
                  "http.port", "0",
                  "retriever.corpus", corpus.toString()));
      try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
        admin.create(Topics.required(config.topology()), Optional.empty());
      }
      serdes = new EventSerdes(config.kafka());
      api = Api.start(config, serdes, "fake@1", line -> {});
    }
  }

  @AfterAll
  static void stop() {
    api.close();
    serdes.close();
  }

  @Test
  void followUpsAreTurnedAwayAndTheRestIsServed() throws Exception {
    // When
    List<CompletableFuture<HttpResponse<String>>> asked =
        Stream.generate(() -> post("*/*", "{\"question\": \"And?\", \"conversation_id\": \"c\"}"))
            .limit(MANY)
            .toList();
    HttpResponse<String> models =
        client.send(request("/v1/models").build(), BodyHandlers.ofString());
    // Then
    assertThat(models.statusCode()).isEqualTo(200);
    for (CompletableFuture<HttpResponse<String>> each : asked) {
      // Until one has found out, the others are told that there are too many.
      assertThat(each.join().statusCode()).isEqualTo(503);
      assertThat(each.join().headers().firstValue("Retry-After")).isPresent();
    }
    assertIsAway(post("*/*", "{\"question\": \"And?\", \"conversation_id\": \"c\"}").join());
  }

  @Test
  void aQuestionWaitsOnceForTheClusterHoweverManyPassagesItBrings() throws Exception {
    // Given
    String passages =
        Stream.generate(() -> "{\"text\": \"The tower is made of iron.\"}")
            .limit(20)
            .collect(Collectors.joining(", "));
    // When, Then
    assertIsAway(post("*/*", "{\"question\": \"?\", \"passages\": [" + passages + "]}").join());
  }

  @Test
  void requestsOfOthersAreNotKnownForNow() throws Exception {
    // When, Then
    assertIsAway(client.send(request("/v1/requests/other").build(), BodyHandlers.ofString()));
  }

  @Test
  void streamsOfWhatIsNotCommittedEndInTheProblem() {
    // When
    List<CompletableFuture<HttpResponse<String>>> asked =
        Stream.generate(
                () ->
                    post(
                        "text/event-stream",
                        "{\"question\": \"?\", \"passages\": [], \"uncommitted\": true}"))
            .limit(MANY)
            .toList();
    // Then
    for (CompletableFuture<HttpResponse<String>> each : asked) {
      assertThat(each.join().body())
          .contains("event: error")
          .containsPattern("\"code\":\"(cluster-unavailable|too-many-requests-at-once)\"");
    }
  }

  private static void assertIsAway(HttpResponse<String> response) throws IOException {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(503);
    assertThat(response.headers().firstValue("Retry-After")).contains("5");
    JsonNode problem = new ObjectMapper().readTree(response.body());
    Schemas.assertValid("Problem", problem);
    assertThat(problem.get("code").asText()).isEqualTo("cluster-unavailable");
  }

  private static CompletableFuture<HttpResponse<String>> post(String accept, String body) {
    return client.sendAsync(
        request("/v1/ask").header("Accept", accept).POST(BodyPublishers.ofString(body)).build(),
        BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(api.url().resolve(path))
        .header("Content-Type", "application/json")
        .timeout(PATIENCE);
  }
}
