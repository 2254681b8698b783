package io.github.refragstreams.app.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.refragstreams.app.api.Api;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.app.http.Routes;
import io.github.refragstreams.app.service.AnsweringService;
import io.github.refragstreams.app.service.Bundles;
import io.github.refragstreams.app.topics.TopicAdmin;
import io.github.refragstreams.model.ModelRuntime;
import io.github.refragstreams.model.Telemetry;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.Topics;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Dashboard, alert rules and runbook name what a running topology shows. */
class OperationsFilesTest {
  private static final Path ROOT = Path.of(System.getProperty("refrag.root"));
  private static final Pattern METRIC =
      Pattern.compile("\\b(?:refrag|kafka|jvm|process)_[a-z0-9_]+");
  private static final Pattern JOB = Pattern.compile("\\bjob=\"([^\"]+)\"");

  @TempDir private Path state;

  /** A rule for alerts. */
  private record Rule(String name, String expression, String runbook) {}

  @Test
  void nameOnlyMetricsThatExist() throws IOException {
    // Given
    Set<String> alerts = metrics(rules().stream().map(Rule::expression).toList());
    Set<String> dashboard = metrics(queries());
    assertThat(alerts).hasSizeGreaterThanOrEqualTo(8);
    assertThat(dashboard).hasSizeGreaterThan(25);
    // When
    Set<String> shown =
        scrape()
            .lines()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.split("[{ ]", 2)[0])
            .collect(Collectors.toCollection(TreeSet::new));
    // Then
    assertThat(shown).containsAll(alerts).containsAll(dashboard);
    assertThat(shown)
        .as("every meter of ours")
        .anySatisfy(name -> assertThat(name).startsWith("refrag_"));
    assertThat(MetricsReference.specs())
        .allSatisfy(
            spec ->
                assertThat(shown)
                    .anyMatch(name -> name.startsWith(MetricsReference.prometheusName(spec))));
  }

  @Test
  void tellWhatToDoAboutEachAlert() throws IOException {
    // Given
    List<String> sections =
        Files.readAllLines(ROOT.resolve("docs/runbook.md")).stream()
            .filter(line -> line.startsWith("## "))
            .map(line -> line.substring(3))
            .toList();
    // When, Then
    assertThat(rules()).extracting(Rule::name).containsExactlyElementsOf(sections);
    assertThat(rules())
        .allSatisfy(
            rule ->
                assertThat(rule.runbook)
                    .isEqualTo("docs/runbook.md#" + rule.name.toLowerCase(Locale.ROOT)));
  }

  /** A process that is gone shows nothing: only what Prometheus says of its targets is left. */
  @Test
  void noticeProcessesThatAreGone() throws IOException {
    // Given
    JsonNode prometheus = yaml("deploy/prometheus/prometheus.yaml");
    List<String> jobs = prometheus.get("scrape_configs").findValuesAsText("job_name");
    // When
    List<String> expressions = rules().stream().map(Rule::expression).toList();
    // Then
    assertThat(jobs).hasSize(1);
    String targets = "up{job=\"" + jobs.get(0) + "\"}";
    assertThat(expressions).anyMatch(expression -> expression.contains("(" + targets + ") unless"));
    assertThat(expressions).contains("absent(" + targets + ")");
    assertThat(
            expressions.stream()
                .flatMap(expression -> JOB.matcher(expression).results())
                .map(match -> match.group(1)))
        .hasSizeGreaterThan(2)
        .containsOnly(jobs.get(0));
  }

  /** The default bundle and the topology, on a broker of their own. */
  private String scrape() {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(0);
        Metrics metrics = new Metrics()) {
      AppConfig config =
          AppConfig.load(
              null,
              Map.of(),
              Map.of(
                  "model.bundle",
                  ROOT.resolve("models/smollm2-135m-refrag").toString(),
                  "kafka.bootstrap.servers",
                  kafka.bootstrapServers(),
                  "kafka.schema.registry.url",
                  "mock://operations",
                  "kafka.state.dir",
                  state.toString(),
                  "topics.partitions",
                  "1",
                  "http.port",
                  "0"));
      try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
        admin.create(Topics.required(config.topology()), Optional.empty());
      }
      Telemetry telemetry = Telemetry.measuring(metrics.registry());
      try (ModelRuntime runtime =
              Bundles.open(Bundles.read(config.bundle()), config.runtime(), telemetry);
          EventSerdes serdes = new EventSerdes(config.kafka());
          AnsweringService service =
              AnsweringService.start(config, Map.of(), runtime.models(), serdes, telemetry)) {
        service.awaitRunning(Duration.ofSeconds(60));
        request(config, serdes, metrics);
        return metrics.scrape();
      }
    }
  }

  /** What is told of requests, once there was one. */
  private static void request(AppConfig config, EventSerdes serdes, Metrics metrics) {
    try (Api api =
        Api.start(config, serdes, "test@1", new Routes(), metrics.registry(), line -> {})) {
      HttpRequest models = HttpRequest.newBuilder(api.url().resolve("/v1/models")).build();
      HttpResponse<String> answer =
          HttpClient.newHttpClient().sendAsync(models, BodyHandlers.ofString()).join();
      assertThat(answer.statusCode()).isEqualTo(200);
    }
  }

  private static Set<String> metrics(List<String> expressions) {
    return expressions.stream()
        .flatMap(expression -> METRIC.matcher(expression).results())
        .map(match -> match.group())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<Rule> rules() throws IOException {
    JsonNode root = yaml("deploy/prometheus/refrag-alerts.yaml");
    List<Rule> rules = new ArrayList<>();
    for (JsonNode rule : root.at("/groups/0/rules")) {
      rules.add(
          new Rule(
              rule.get("alert").asText(),
              rule.get("expr").asText(),
              rule.at("/annotations/runbook").asText()));
    }
    return rules;
  }

  private static JsonNode yaml(String file) throws IOException {
    String text = Files.readString(ROOT.resolve(file));
    Object parsed = new Load(LoadSettings.builder().build()).loadFromString(text);
    return new ObjectMapper().valueToTree(parsed);
  }

  private static List<String> queries() throws IOException {
    JsonNode root =
        new ObjectMapper().readTree(ROOT.resolve("deploy/grafana/refrag.json").toFile());
    return root.findValuesAsText("expr");
  }
}
