package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.client.AnswerListener;
import io.github.refragstreams.app.client.AskedQuestion;
import io.github.refragstreams.app.client.RagClient;
import io.github.refragstreams.schemas.Answer;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options that say how long an answer of a cluster is waited for, and how it is printed. */
final class DeliveryOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "Longest wait for an answer; default: ${DEFAULT-VALUE}.")
  private int timeout;

  @Option(names = "--json", description = "Print one JSON object per answer.")
  private boolean json;

  /** Whether answers are for machines. */
  boolean json() {
    return json;
  }

  /** Apart from {@link #print}, so that a bad value is refused before a cluster is looked for. */
  Duration longestWait() {
    return Duration.ofSeconds(Arguments.atLeast(1, "--timeout", timeout));
  }

  /** Asks, and prints the answer: as text while it is generated, as JSON once it is whole. */
  void print(RagClient client, AskedQuestion asked, Duration longestWait) {
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      Answer answer = client.ask(asked, AnswerListener.SILENT, longestWait);
      out.println(Json.line(AnswerJson.of(asked.query().getQuestion(), answer)));
      out.flush();
    } else {
      AnswerPrinter printer = new AnswerPrinter(out, command.commandLine().getErr());
      printer.finish(client.ask(asked, printer, longestWait), asked.passages());
    }
  }
}
