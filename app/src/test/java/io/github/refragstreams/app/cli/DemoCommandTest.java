package io.github.refragstreams.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The demo with the default bundle: broker, topology, models and retriever in this process. */
class DemoCommandTest {
  private static final Path BUNDLE =
      Path.of(System.getProperty("refrag.root"), "models", "smollm2-135m-refrag");

  private final InputStream stdin = System.in;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void typeQuestions() {
    System.setIn(
        new ByteArrayInputStream(
            ("What is the capital of Mongolia?\n\n"
                    + "What is the capital of the country that I have in mind?\n"
                    + "  What is the capital of Chad? \n")
                .getBytes(StandardCharsets.UTF_8)));
  }

  @AfterEach
  void giveInputBack() {
    System.setIn(stdin);
  }

  @Test
  void answersQuestionsUntilTheInputEndsWhetherOrNotOneIsRefused() throws IOException {
    // When
    int status =
        new CommandLineUnderTest(out, err)
            .execute(
                "demo",
                "--no-console",
                "--bundle",
                BUNDLE.toString(),
                "--json",
                "--set",
                "limits.question-chars=40");
    // Then
    assertThat(status).as(err.toString()).isEqualTo(ExitCodes.OK);
    List<String> lines = out.toString().lines().toList();
    assertThat(lines).hasSize(2);
    JsonNode mongolia = new ObjectMapper().readTree(lines.get(0));
    assertThat(mongolia.get("question").textValue()).isEqualTo("What is the capital of Mongolia?");
    assertThat(mongolia.get("status").textValue()).isEqualTo("COMPLETE");
    assertThat(mongolia.get("text").textValue()).contains("Ulaanbaatar");
    assertThat(mongolia.at("/citations/0/passage_id").textValue()).startsWith("fb-mg-");
    assertThat(mongolia.at("/stats/compression").doubleValue()).isGreaterThan(1.5);
    JsonNode chad = new ObjectMapper().readTree(lines.get(1));
    assertThat(chad.get("question").textValue()).isEqualTo("What is the capital of Chad?");
    assertThat(chad.get("text").textValue()).isNotBlank();
    assertThat(mongolia.at("/stats/history_turns").intValue()).isZero();
    assertThat(chad.at("/stats/history_turns").intValue()).isEqualTo(1);
    assertThat(err.toString().lines())
        .contains(
            "refrag: the question was refused at stage 'intake': QUESTION_TOO_LONG: question has"
                + " 55 characters; limits.question-chars is 40");
  }

  @Test
  void saysWhatAGivenQuestionHasTaken() {
    // When
    int status =
        new CommandLineUnderTest(out, err)
            .execute(
                "demo",
                "--bundle",
                BUNDLE.toString(),
                "--question",
                "What is the capital of Mongolia?",
                "--max-answer-tokens",
                "4");
    // Then
    assertThat(status).as(err.toString()).isEqualTo(ExitCodes.OK);
    assertThat(out.toString()).contains("Question  What is the capital of Mongolia?", "Stats");
    assertThat(err.toString().lines().reduce((first, second) -> second).orElseThrow())
        .matches("refrag: answered \\d+\\.\\d s after the start(, peak resident memory \\d+ MB)?");
  }

  private record CommandLineUnderTest(StringWriter out, StringWriter err) {
    int execute(String... arguments) {
      CommandLine command = Main.commandLine();
      command.setOut(new PrintWriter(out, true));
      command.setErr(new PrintWriter(err, true));
      return command.execute(arguments);
    }
  }
}
