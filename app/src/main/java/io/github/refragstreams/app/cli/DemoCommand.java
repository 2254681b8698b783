package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.client.AnswerListener;
import io.github.refragstreams.app.client.AskedQuestion;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.demo.Demo;
import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.app.retriever.Hit;
import io.github.refragstreams.app.service.BundleFit;
import io.github.refragstreams.model.ModelBundle;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.QueryOptions;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
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
            + " which are one conversation until a line says /new. With --registry-port consumers"
            + " and producers of yours can join.",
    footerHeading = Examples.HEADING,
    footer = {"  refrag demo", "  refrag demo --question \"What is the capital of Mongolia?\""})
final class DemoCommand implements Callable<Integer> {
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

  @Option(
      names = "--registry-port",
      paramLabel = "PORT",
      description =
          "Port of the schema registry on 127.0.0.1, 0 for a free one; default: no other process"
              + " reaches it.")
  private @Nullable Integer registryPort;

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
    if (registryPort != null) {
      Arguments.port("--registry-port", registryPort);
    }
    Progress progress = new Progress(spec.commandLine().getErr());
    AppConfig settings =
        questions != null
            ? config.load()
            : noConsole
                ? config.load(Map.of(HTTP_ENABLED, "false"))
                : config.loadOr(HTTP_ENABLED, "true");
    EmbeddedKafka.checkFree(port);
    if (registryPort != null) {
      EmbeddedKafka.checkFree(registryPort);
    }
    // Without a look at the files, which are read beside the start of the broker.
    BundleFit.check(settings, ModelBundle.describe(settings.bundle().folder()));
    progress.say("starting broker, bundle and index in one process ...");
    try (Demo demo = Demo.start(settings, port, options.committedOnly(), progress::say)) {
      if (registryPort != null) {
        progress.say("Kafka broker on " + demo.bootstrapServers());
        progress.say("schema registry on " + demo.serveRegistry(registryPort));
      }
      String conversation = QuestionLoop.newConversation();
      if (questions == null) {
        demo.console().filter(page -> !noBrowser).ifPresent(Browser::open);
        new QuestionLoop(spec.commandLine(), json, conversation)
            .run((question, id) -> ask(demo, question, id, query));
        demo.serveOn();
      } else {
        for (String question : given) {
          progress.say(ask(demo, question, conversation, query).untilTheAnswer());
        }
      }
    }
    return ExitCodes.OK;
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
      Answer answer = demo.ask(asked, AnswerListener.SILENT);
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
}
