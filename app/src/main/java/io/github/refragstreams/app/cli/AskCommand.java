package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.client.AskedQuestion;
import io.github.refragstreams.app.client.ConversationReader;
import io.github.refragstreams.app.client.RagClient;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.retriever.Hit;
import io.github.refragstreams.app.retriever.Turn;
import io.github.refragstreams.app.topics.TopicAdmin;
import io.github.refragstreams.schemas.QueryOptions;
import io.github.refragstreams.serde.EventSerdes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code refrag ask}. */
@Command(
    name = "ask",
    description =
        "Sends one question with its passages to a cluster where 'refrag run' answers, and prints"
            + " the answer while it is generated.",
    footerHeading = Examples.HEADING,
    footer = "  refrag ask --config refrag.yaml --question \"Which port is open?\"")
final class AskCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions config;
  @Mixin private AnswerOptions options;
  @Mixin private CorpusOptions corpus;
  @Mixin private DeliveryOptions delivery;

  @Option(names = "--question", required = true, paramLabel = "TEXT", description = "The question.")
  private String question;

  @Option(
      names = "--conversation",
      paramLabel = "ID",
      description = "Conversation that the question goes on or begins; default: its own.")
  private @Nullable String conversation;

  @Override
  public Integer call() {
    String asked = AnswerOptions.question(question);
    QueryOptions query = options.toQueryOptions();
    Duration longest = delivery.longestWait();
    AppConfig settings = config.load().onCluster();
    TopicAdmin.checkTopics(settings);
    try (EventSerdes serdes = new EventSerdes(settings.kafka());
        RagClient client =
            new RagClient(
                settings.kafka(), settings.topology().topics(), serdes, options.committedOnly())) {
      Interrupted.thenClose(client);
      List<Hit> hits = retrieve(settings, asked, earlier(settings, serdes));
      delivery.print(client, AskedQuestion.of(asked, conversation, query, hits), longest);
    }
    return ExitCodes.OK;
  }

  private List<Turn> earlier(AppConfig settings, EventSerdes serdes) {
    if (conversation == null) {
      return List.of();
    }
    try (ConversationReader reader =
        new ConversationReader(settings.kafka(), settings.topology().topics(), serdes)) {
      return reader.turns(conversation);
    }
  }

  private List<Hit> retrieve(AppConfig settings, String asked, List<Turn> earlier) {
    return corpus.with(
        settings,
        options.passages(),
        new Progress(spec.commandLine().getErr()),
        retriever -> retriever.search(asked, earlier, options.passages()));
  }
}
