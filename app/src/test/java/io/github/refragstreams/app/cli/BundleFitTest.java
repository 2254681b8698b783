package io.github.refragstreams.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What 'validate' accepts, 'run' accepts, and the other way round. */
class BundleFitTest {
  private static final String BUNDLE =
      Path.of(System.getProperty("refrag.root"), "models", "smollm2-135m-refrag").toString();

  /** Nobody listens there. */
  private static final List<String> CLUSTER =
      List.of(
          "--set=model.kv-positions=16384",
          "--set=model.queue-tokens=41000000",
          "--set=kafka.bootstrap.servers=127.0.0.1:1",
          "--set=kafka.schema.registry.url=mock://bundle-fit-test",
          "--set=kafka.default.api.timeout.ms=1000",
          "--set=kafka.request.timeout.ms=500");

  private static final String POSITIONS =
      "model\\.max-positions is 8193 but bundle 'smollm2-135m-refrag@\\S+' was trained for 8192";
  private static final String RECORD =
      "limits\\.passage-tokens is 400000 and limits\\.passage-chars is 16000; with vectors of 576"
          + " components an encoded passage may have \\d+ bytes, but limits\\.record-bytes is 8388608";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  static Stream<Arguments> misfits() {
    return Stream.of("validate", "run", "demo")
        .flatMap(
            command ->
                Stream.of(
                    Arguments.of(command, List.of("limits.passage-tokens=400000"), RECORD),
                    Arguments.of(command, List.of("model.max-positions=8193"), POSITIONS),
                    Arguments.of(
                        command,
                        List.of("limits.passage-tokens=400000", "model.max-positions=8193"),
                        POSITIONS + "; " + RECORD)));
  }

  @ParameterizedTest
  @MethodSource("misfits")
  void refusesInOneLineWhatDoesNotFitTheBundle(
      String command, List<String> settings, String message) {
    // When
    int status = run(command, settings);
    // Then
    assertThat(status).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString().strip()).matches("refrag: " + message);
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"validate", "run"})
  void refusesAnApiThatEverybodyCouldUseBeforeAnythingIsLoaded(String command) {
    // When
    int status = run(command, List.of("http.enabled=true", "http.host=0.0.0.0"));
    // Then
    assertThat(status).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString())
        .startsWith("refrag: http.host is '0.0.0.0', which other machines reach; set http.tokens");
  }

  @ParameterizedTest
  @ValueSource(strings = {"validate", "run", "api", "console"})
  void refusesACorpusOrAModelThatIsNotThereBeforeAnythingIsLoaded(String command) {
    // When
    int corpus = run(command, List.of("http.enabled=true", "retriever.corpus=/no/such"));
    int model =
        run(
            command,
            List.of(
                "http.enabled=true",
                "retriever.corpus=factbook",
                "retriever.kind=dense",
                "retriever.dense.model=/no/such"));
    // Then
    assertThat(corpus).isEqualTo(ExitCodes.USAGE);
    assertThat(model).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString().lines())
        .containsExactly(
            "refrag: /no/such: no such file or folder",
            "refrag: sentence encoder /no/such: there is no model.onnx in it");
  }

  @Test
  void saysWhatAClusterWouldNeed() {
    // When
    CommandLine line = Main.commandLine().setOut(new PrintWriter(out, true));
    int status = line.execute("validate", "--bundle=" + BUNDLE);
    // Then
    assertThat(status).isEqualTo(ExitCodes.OK);
    assertThat(out.toString())
        .contains(
            "missing        kafka.bootstrap.servers, ",
            "missing        kafka.schema.registry.url, ");
  }

  @Test
  void validatesWhatReachesTheBundlesBounds() {
    // When
    int status = run("validate", List.of("model.max-positions=8192"));
    // Then
    assertThat(status).as(err.toString()).isEqualTo(ExitCodes.OK);
    assertThat(out.toString()).contains("configuration  valid", "window         8192 positions");
  }

  @Test
  void runsWhatReachesTheBundlesBounds() {
    // When
    int status = run("run", List.of("model.max-positions=8192"));
    // Then: the cluster is all that is missing.
    assertThat(status).isEqualTo(ExitCodes.UNAVAILABLE);
  }

  private int run(String command, List<String> settings) {
    List<String> arguments = new ArrayList<>(List.of(command, "--bundle=" + BUNDLE));
    settings.forEach(setting -> arguments.add("--set=" + setting));
    arguments.addAll(CLUSTER);
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments.toArray(String[]::new));
  }
}
