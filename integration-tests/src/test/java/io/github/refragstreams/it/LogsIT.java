package io.github.refragstreams.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.refragstreams.app.api.Api;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.topology.GroupProtocol;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Logs are read by more people than topics are: they hold no text of a record, whatever fails. */
@ExtendWith(SharedBroker.class)
class LogsIT {
  /** In every text that is sent. */
  private static final String SECRET = "xyzzy";

  private final EmbeddedKafka kafka;

  LogsIT(EmbeddedKafka kafka) {
    this.kafka = kafka;
  }

  @Test
  void holdNoTextOfARecord() {
    try (Logged logged = new Logged();
        World world = new World(kafka);
        Reader<String, Answer> answers = world.answers();
        Reader<byte[], byte[]> deadLetters = world.deadLetters();
        Instance instance = new Instance(world, GroupProtocol.CLASSIC).startAndWait()) {
      // When: no event, a passage that the encoder fails on, a question that is too long
      world.send(
          world.config.topics().queries(), "not-avro", (SECRET + " is no event").getBytes(UTF_8));
      world.send(
          world.config.topics().passages(), "not-avro", (SECRET + " is no event").getBytes(UTF_8));
      world.retrieve("q1", "p1", SumEncoder.POISON + " " + SECRET);
      world.retrieve("q1", "p2", "a passage about " + SECRET);
      world.ask("q1", "what is " + SECRET + "?", 2);
      world.ask("q2", SECRET.repeat(world.config.limits().questionChars()), 0);
      world.flush();
      await().atMost(Instance.PATIENCE).until(() -> deadLetters.values().size() >= 4);
      await().atMost(Instance.PATIENCE).until(() -> answers.values().size() == 1);
      // When: a stream thread dies of a passage, and a question is taken back that is being
      // answered
      instance.models.decoder.gate.close();
      instance.models.crash();
      world.retrieve("q3", "p3", "another passage about " + SECRET);
      world.ask("q3", WordDecoder.SLOW + " words of " + SECRET, 1);
      world.flush();
      await().atMost(Instance.PATIENCE).until(() -> !instance.models.isFaulty());
      await()
          .atMost(Instance.PATIENCE)
          .until(
              () ->
                  instance.models.decoder.started().stream()
                      .anyMatch(question -> question.contains(WordDecoder.SLOW)));
      world.send(world.config.topics().queries(), "q3", null);
      world.ask("q4", "and " + SECRET + "?", 0);
      world.flush();
      await().atMost(Instance.PATIENCE).until(() -> answers.values().size() == 2);
      instance.models.decoder.gate.open();
      assertThat(answers.values().get(1).getQueryId()).isEqualTo("q4");
      // Then
      assertThat(logged.lines()).anySatisfy(line -> assertThat(line).contains("told to die"));
      assertThat(logged.lines()).noneSatisfy(line -> assertThat(line).containsIgnoringCase(SECRET));
    }
  }

  @Test
  void holdNoTextOfARequest() throws Exception {
    try (Logged logged = new Logged();
        World world = new World(kafka);
        Instance instance = new Instance(world, GroupProtocol.CLASSIC).startAndWait();
        Api api = Api.start(config(world), world.serdes, "fake@1", line -> {})) {
      HttpClient client = HttpClient.newHttpClient();
      String asked = "{\"question\": \"what is " + SECRET + "?\", \"passages\": [%s]}";
      Map<String, Integer> statuses =
          Map.of(
              asked.formatted("{\"text\": \"all about " + SECRET + "\"}"),
              200,
              asked.formatted("{\"text\": \"" + SumEncoder.POISON + " " + SECRET + "\"}"),
              200,
              asked.formatted("{\"text\": \"a\", \"" + SECRET + "\": 1}"),
              400,
              asked.formatted(SECRET),
              400,
              "{\"question\": \"" + (SECRET + " ").repeat(2_000) + "\", \"passages\": []}",
              400);
      // When
      for (Map.Entry<String, Integer> each : statuses.entrySet()) {
        HttpRequest.Builder request = HttpRequest.newBuilder(api.url().resolve("/v1/ask"));
        request.header("Content-Type", "application/json");
        request.POST(BodyPublishers.ofString(each.getKey()));
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
        // Then
        assertThat(response.statusCode())
            .as("%s: %s", each.getKey(), response.body())
            .isEqualTo(each.getValue());
      }
      assertThat(instance.models.encoder.passages()).isPositive();
      assertThat(logged.lines()).isNotEmpty();
      assertThat(logged.lines()).noneSatisfy(line -> assertThat(line).containsIgnoringCase(SECRET));
    }
  }

  private static AppConfig config(World world) {
    Map<String, String> settings = Map.of("http.port", "0", "kafka.state.dir", "unused");
    return AppConfig.load(null, world.environment(), settings);
  }
}
