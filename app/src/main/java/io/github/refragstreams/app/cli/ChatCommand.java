package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.client.AskedQuestion;
import io.github.refragstreams.app.client.ConversationReader;
import io.github.refragstreams.app.client.RagClient;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.retriever.Hit;
import io.github.refragstreams.app.retriever.Retriever;
import io.github.refragstreams.app.topics.TopicAdmin;
import io.github.refragstreams.schemas.QueryOptions;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.TopicNames;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code refrag chat}. */
@Command(
    name = "chat",
    description =
        "Reads questions line by line and has them answered by a cluster where 'refrag run' works,"
            + " until end of input. They are one conversation until a line says /new. Ctrl-C takes"
            + " back the question that is not answered yet.",
    footerHeading = Examples.HEADING,
    footer = "  refrag chat --config refrag.yaml")
final class ChatCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions config;
  @Mixin private AnswerOptions options;
  @Mixin private CorpusOptions corpus;
  @Mixin private DeliveryOptions delivery;

  @Option(
      names = "--conversation",
      paramLabel = "ID",
      description = "Conversation to go on with; default: a new one.")
  private @Nullable String conversation;

  @Override
  public Integer call() {
    QueryOptions query = options.toQueryOptions();
    Duration longest = delivery.longestWait();
    AppConfig settings = config.load().onCluster();
    TopicNames topics = settings.topology().topics();
    PrintWriter err = spec.commandLine().getErr();
    TopicAdmin.checkTopics(settings);
    try (EventSerdes serdes = new EventSerdes(settings.kafka());
        ConversationReader conversations =
            new ConversationReader(settings.kafka(), topics, serdes);
        RagClient client =
            new RagClient(settings.kafka(), topics, serdes, options.committedOnly())) {
      Interrupted.thenClose(client);
      QuestionLoop loop =
          new QuestionLoop(
              spec.commandLine(),
              delivery.json(),
              conversation == null ? QuestionLoop.newConversation() : conversation);
      return corpus.with(
          settings,
          options.passages(),
          new Progress(err),
          retriever -> {
            loop.run(
                (question, id) -> {
                  List<Hit> hits = retrieve(retriever, conversations, question, id);
                  delivery.print(client, AskedQuestion.of(question, id, query, hits), longest);
                });
            return ExitCodes.OK;
          });
    }
  }

  private List<Hit> retrieve(
      Retriever retriever, ConversationReader conversations, String question, String id) {
    return options.passages() == 0
        ? List.of()
        : retriever.search(question, conversations.turns(id), options.passages());
  }
}
