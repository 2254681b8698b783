package io.github.refragstreams.app.cli;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.refragstreams.app.retriever.Encoders;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands that measure, with the default bundle on very little input. */
class MeasuringCommandsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BUNDLE =
      Path.of(System.getProperty("refrag.root"), "models", "smollm2-135m-refrag").toString();

  /** 128 + SIGTERM. */
  private static final int TERMINATED = 143;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;

  @Test
  void evaluatesAFileOfQuestions() throws IOException {
    // Given
    Path questions =
        write(
            "q.jsonl",
            """
            {"id":"1","question":"Who wrote the letter?","answers":["Ada"],"gold":["a"],"neg":["b"]}
            {"id":"2","question":"What is blue?","answers":["the sea"],"gold":["b"],"neg":["a"]}
            """);
    Path passages =
        write(
            "p.jsonl",
            """
            {"pid":"a","title":"Letter","text":"Ada wrote the letter in spring."}
            {"pid":"b","title":"Colours","text":"The sea is blue, the grass is green."}
            """);
    Path result = folder.resolve("result.json");
    Path predictions = folder.resolve("predictions.jsonl");
    // When
    int status =
        run(
            "eval",
            "--bundle=" + BUNDLE,
            "--questions=" + questions,
            "--passages=" + passages,
            "--max-answer-tokens=4",
            "--max-positions=512",
            "--k=8",
            "--out=" + result,
            "--predictions=" + predictions);
    // Then
    assertThat(status).as(err.toString()).isEqualTo(ExitCodes.OK);
    JsonNode json = JSON.readTree(result.toFile());
    assertThat(json.at("/systems/shuffled/questions").intValue()).isEqualTo(2);
    assertThat(json.at("/k").intValue()).isEqualTo(8);
    assertThat(json.at("/seed").intValue()).isEqualTo(7);
    assertThat(json.at("/systems/full/positions").doubleValue())
        .isGreaterThan(json.at("/systems/compressed/positions").doubleValue());
    assertThat(Files.readAllLines(predictions)).hasSize(18);
    assertThat(json.at("/systems/none/paired_difference").isNumber()).isTrue();
    assertThat(out.toString()).contains("system", "retention", "refrag - it", "shuffled");
  }

  @Test
  void endsInGoodOrderInTheMiddleOfQuestions() throws IOException {
    // Given
    String question =
        "{\"id\":\"%d\",\"question\":\"Who wrote?\",\"answers\":[\"Ada\"],\"gold\":[\"a\"]}";
    Path questions =
        write(
            "q.jsonl",
            IntStream.range(0, 200).mapToObj(question::formatted).collect(joining("\n")));
    Path passages =
        write("p.jsonl", "{\"pid\":\"a\",\"text\":\"Ada wrote the letter in spring.\"}");
    Process process =
        Programs.refrag(
                List.of(
                    "eval",
                    "--bundle=" + BUNDLE,
                    "--questions=" + questions,
                    "--passages=" + passages,
                    "--limit=200",
                    "--max-answer-tokens=4",
                    "--max-positions=256"))
            .start();
    List<String> printed = new ArrayList<>();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        printed.add(line);
        // When
        if (line.startsWith("refrag: 20/200 questions")) {
          // Unlike the process itself, its handle leaves the stream open.
          process.toHandle().destroy();
        }
      }
    }
    // Then
    assertThat(process.onExit().join().exitValue()).as("%s", printed).isEqualTo(TERMINATED);
    assertThat(printed).noneMatch(line -> line.contains("fatal error"));
  }

  @Test
  void matchesRivalsByTime() throws IOException {
    // Given
    Path questions =
        write(
            "q.jsonl",
            "{\"id\":\"1\",\"question\":\"Who wrote?\",\"answers\":[\"Ada\"],\"gold\":[\"a\"]}");
    Path passages =
        write("p.jsonl", "{\"pid\":\"a\",\"text\":\"Ada wrote the letter in spring.\"}");
    // When
    int status =
        run(
            "eval",
            "--bundle=" + BUNDLE,
            "--questions=" + questions,
            "--passages=" + passages,
            "--systems=refrag,only",
            "--match=ttft",
            "--max-answer-tokens=4",
            "--max-positions=256",
            "--json");
    // Then
    assertThat(status).as(err.toString()).isEqualTo(ExitCodes.OK);
    JsonNode json = JSON.readTree(out.toString());
    assertThat(json.at("/match").textValue()).isEqualTo("ttft");
    assertThat(json.at("/prefill_cost/samples").size()).isEqualTo(8);
    assertThat(json.at("/prefill_cost/samples/0/ms").doubleValue()).isPositive();
    assertThat(err.toString()).contains("measuring what prompts cost");
  }

  @Test
  void refusesAChunkSizeThatTheBundleLacks() throws IOException {
    // Given
    Path questions =
        write(
            "q.jsonl",
            "{\"id\":\"1\",\"question\":\"Who?\",\"answers\":[\"Ada\"],\"gold\":[\"a\"]}");
    Path passages = write("p.jsonl", "{\"pid\":\"a\",\"text\":\"Ada.\"}");
    // When
    int status =
        run(
            "eval",
            "--bundle=" + BUNDLE,
            "--questions=" + questions,
            "--passages=" + passages,
            "--systems=full",
            "--k=5");
    // Then
    assertThat(status).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString()).contains("--k is 5 but bundle 'smollm2-135m-refrag@");
  }

  @Test
  void measuresTimeToFirstToken() throws IOException {
    // Given
    Path result = folder.resolve("result.json");
    List<String> saidBeforeMemoryIsRead = new ArrayList<>();
    TtftCommand command =
        new TtftCommand(
            () -> {
              saidBeforeMemoryIsRead.add(err.toString());
              return OptionalLong.of(870);
            });
    // When
    int status =
        run(
            new CommandLine(command),
            "--bundle=" + BUNDLE,
            "--contexts=64",
            "--k=16",
            "--repetitions=1",
            "--out=" + result);
    // Then
    assertThat(status).as(err.toString()).isEqualTo(ExitCodes.OK);
    JsonNode row = JSON.readTree(result.toFile()).at("/rows/0");
    assertThat(row.at("/context").intValue()).isEqualTo(64);
    assertThat(row.at("/k").intValue()).isEqualTo(16);
    assertThat(row.fieldNames())
        .toIterable()
        .contains("full_ms", "cached_ms", "uncached_ms", "full_over_cached", "full_over_uncached");
    assertThat(row.at("/full_positions").intValue() - row.at("/compressed_positions").intValue())
        .isEqualTo(60);
    JsonNode steps = JSON.readTree(result.toFile()).at("/steps");
    assertThat(steps.at("/step_4_rows_ms").doubleValue()).isPositive();
    assertThat(out.toString())
        .contains("full/cached", "decode step, four rows", "peak resident memory: 870 MB");
    assertThat(JSON.readTree(result.toFile()).at("/peak_rss_mb").intValue()).isEqualTo(870);
    assertThat(saidBeforeMemoryIsRead).hasSize(1);
    assertThat(saidBeforeMemoryIsRead.get(0))
        .contains("64 tokens, repetition 1/1")
        .doesNotContain("measuring prefill and decode steps");
  }

  @Test
  void comparesRetrievers() throws IOException {
    // Given
    Path questions =
        write(
            "q.jsonl",
            """
            {"id":"1","question":"Who painted ships?","answers":["she"],"gold":["a"]}
            {"id":"2","question":"Where is the river?","answers":["north"],"gold":["c","b"]}
            {"id":"3","question":"Why?","answers":["?"],"gold":[]}
            """);
    Path passages =
        write(
            "p.jsonl",
            """
            {"pid":"a","title":"Painter","text":"She painted ships in a harbour."}
            {"pid":"b","title":"River","text":"The river flows north."}
            {"pid":"c","title":"Bread","text":"Bread needs flour and water."}
            """);
    String[] command = {
      "bench",
      "retrieval",
      "--questions=" + questions,
      "--passages=" + passages,
      "--kinds=bm25,dense,hybrid",
      "--set=retriever.dense.model=" + Encoders.tiny(),
      "--set=retriever.dense.max-tokens=32"
    };
    // When
    int status = run(command);
    // Then
    assertThat(status).as(err.toString()).isEqualTo(ExitCodes.OK);
    assertThat(out.toString())
        .contains("2 questions, 3 passages", "bm25       100.0 %", "dense ", "hybrid ", "MRR");
    // When
    out.getBuffer().setLength(0);
    run(with(command, "--json"));
    // Then
    JsonNode json = JSON.readTree(out.toString());
    assertThat(json.at("/bm25/recall@1").doubleValue()).isEqualTo(1);
    assertThat(json.at("/bm25/mrr").doubleValue()).isEqualTo(1);
    assertThat(json.at("/hybrid/recall@20").doubleValue()).isEqualTo(1);
  }

  @Test
  void saysWhatRetrieversItCannotCompare() throws IOException {
    Path questions = write("q.jsonl", "{\"id\":\"1\",\"question\":\"Who?\",\"gold\":[\"z\"]}");
    Path passages = write("p.jsonl", "{\"pid\":\"a\",\"text\":\"She.\"}");
    String[] files = {"bench", "retrieval", "--questions=" + questions, "--passages=" + passages};
    assertThat(run(files)).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString()).contains("question '1' names passage 'z', which the passages file");
    assertThat(run(with(files, "--kinds=bm42"))).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString()).contains("there is no 'bm42'; expected bm25, dense, hybrid");
    assertThat(run(with(files, "--kinds=dense"))).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString()).contains("retriever.dense.model is off");
  }

  private static String[] with(String[] command, String option) {
    return Stream.concat(Stream.of(command), Stream.of(option)).toArray(String[]::new);
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private int run(String... arguments) {
    return run(Main.commandLine(), arguments);
  }

  private int run(CommandLine command, String... arguments) {
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    return command.execute(arguments);
  }
}
