package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.client.AskedQuestion;
import io.github.refragstreams.app.client.RefusedException;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.demo.Demo;
import io.github.refragstreams.app.retriever.Hit;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.QueryOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code refrag demo}. */
@Command(
    name = "demo",
    description =
        "Starts a broker, the topology and a retriever over the World Factbook in this process, and"
            + " answers. Without --question, serves the console, a page for browsers, and the HTTP"
            + " API until it is told to stop; and reads questions line by line until end of input,"
            + " which are one conversation until a line says /new.")
final class DemoCommand implements Callable<Integer> {
  private static final String NEW_CONVERSATION = "/new";
  private static final String HTTP_ENABLED = "http.enabled";

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions config;
  @Mixin private AnswerOptions options;

  @Option(
      names = "--question",
      paramLabel = "TEXT",
      description = "The question; repeated ones are one conversation.")
  private @Nullable List<String> questions;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "Port of the broker on 127.0.0.1; default: a free one.")
  private int port;

  @Option(
      names = "--no-console",
      description = "Only read questions, and end with the input: no page, no HTTP API.")
  private boolean noConsole;

  @Option(names = "--no-browser", description = "Only print the address of the page.")
  private boolean noBrowser;

  @Option(names = "--json", description = "Print one JSON object per answer.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    QueryOptions query = options.toQueryOptions();
    List<String> given =
        questions == null
            ? List.of()
            : questions.stream().map(AnswerOptions::question).collect(Collectors.toList());
    Arguments.port("--port", port);
    Progress progress = new Progress(spec.commandLine().getErr());
    AppConfig settings =
        questions != null
            ? config.load()
            : noConsole
                ? config.load(Map.of(HTTP_ENABLED, "false"))
                : config.loadOr(HTTP_ENABLED, "true");
    progress.say("starting broker, bundle and index in one process ...");
    try (Demo demo = Demo.start(settings, port, options.committedOnly(), progress::say)) {
      if (questions == null) {
        demo.console().filter(page -> !noBrowser).ifPresent(Browser::open);
        askUntilEnd(demo, query);
        demo.serveOn();
      } else {
        String conversation = newConversation();
        for (String question : given) {
          progress.say(ask(demo, question, conversation, query).untilTheAnswer());
        }
      }
    }
    return ExitCodes.OK;
  }

  private void askUntilEnd(Demo demo, QueryOptions query) {
    PrintWriter err = spec.commandLine().getErr();
    boolean prompt = System.console() != null;
    String conversation = newConversation();
    // Not closed: standard input is not ours.
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, inputCharset()));
    try {
      while (true) {
        if (prompt) {
          err.print("question> ");
          err.flush();
        }
        String line = in.readLine();
        if (line == null) {
          return;
        }
        if (line.strip().equals(NEW_CONVERSATION)) {
          conversation = newConversation();
        } else if (!line.isBlank()) {
          askOrSayWhyNot(demo, line.strip(), conversation, query);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A question that is refused is not the last one. */
  private void askOrSayWhyNot(Demo demo, String question, String conversation, QueryOptions query) {
    try {
      ask(demo, question, conversation, query);
    } catch (RefusedException e) {
      if (!json) {
        spec.commandLine().getOut().println();
        spec.commandLine().getOut().flush();
      }
      new Progress(spec.commandLine().getErr()).say(String.valueOf(e.getMessage()));
    }
  }

  /** Prints the answer; tells what it had taken until it was there. */
  private Spent ask(Demo demo, String question, String conversation, QueryOptions query) {
    PrintWriter out = spec.commandLine().getOut();
    List<Hit> hits =
        options.passages() == 0
            ? List.of()
            : demo.retrieve(question, conversation, options.passages());
    AskedQuestion asked = AskedQuestion.of(question, conversation, query, hits);
    if (json) {
      Answer answer = demo.ask(asked, new AnswerJson());
      Spent spent = Spent.soFar();
      out.println(Json.line(AnswerJson.of(question, answer)));
      out.flush();
      return spent;
    }
    AnswerPrinter printer = new AnswerPrinter(out, spec.commandLine().getErr());
    out.println();
    out.println("Question  " + question);
    out.print("Answer    ");
    out.flush();
    Answer answer = demo.ask(asked, printer);
    Spent spent = Spent.soFar();
    printer.finish(answer, asked.passages());
    return spent;
  }

  private static String newConversation() {
    return UUID.randomUUID().toString();
  }

  /** What the terminal writes; newer JDKs tell. */
  private static Charset inputCharset() {
    String name = System.getProperty("stdin.encoding", System.getProperty("native.encoding"));
    return name == null ? Charset.defaultCharset() : Charset.forName(name);
  }
}
