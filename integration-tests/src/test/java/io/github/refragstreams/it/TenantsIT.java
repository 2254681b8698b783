package io.github.refragstreams.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.app.acls.Grants;
import io.github.refragstreams.app.acls.Role;
import io.github.refragstreams.app.client.AnswerListener;
import io.github.refragstreams.app.client.AskedQuestion;
import io.github.refragstreams.app.client.ConversationReader;
import io.github.refragstreams.app.client.RagClient;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.retriever.Turn;
import io.github.refragstreams.app.service.AnsweringService;
import io.github.refragstreams.app.service.Topologies;
import io.github.refragstreams.app.topics.TopicAdmin;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.QueryOptions;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.Topics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two tenants on one cluster that denies what nobody has a right to: each has the rights of its own
 * prefix, and both use the same names.
 */
class TenantsIT {
  private static final String CONVERSATION = "the-same";

  @TempDir private static Path folder;
  private static GuardedKafka guarded;

  @BeforeAll
  static void start() throws Exception {
    guarded = new GuardedKafka(folder.resolve("kafka"));
  }

  @AfterAll
  static void stop() {
    guarded.close();
  }

  @Test
  void tenantsThatUseTheSameNamesDoNotMeet() {
    try (Tenant one = new Tenant("one.");
        Tenant two = new Tenant("two.")) {
      // When
      Answer first = one.ask("mine?");
      Answer second = two.ask("yours?");
      // Then
      assertThat(first.getText()).isEqualTo("mine?");
      assertThat(second.getText()).isEqualTo("yours?");
      assertThat(one.turns()).extracting(Turn::question).containsExactly("mine?");
      assertThat(two.turns()).extracting(Turn::question).containsExactly("yours?");
      assertThat(second.getStats().getHistoryTurns()).isZero();
      assertThat(one.models.decoder.started()).containsExactly("mine?");
      assertThat(RecordingAuthorizer.denied(one.user)).isEmpty();
      assertThat(RecordingAuthorizer.allowed(one.user))
          .isNotEmpty()
          .allMatch(each -> each.resource().name().startsWith("one."));
    }
  }

  /** The whole program of one of them, with nothing set but the prefix. */
  private static final class Tenant implements AutoCloseable {
    final String user = guarded.user();
    final ModelSet models = new ModelSet(new SumEncoder(1, 0));
    private final AppConfig config;
    private final EventSerdes serdes;
    private final AnsweringService service;

    Tenant(String prefix) {
      config =
          AppConfig.load(
              null,
              Map.of(),
              Map.of(
                  "topics.prefix",
                  prefix,
                  "topics.partitions",
                  "1",
                  "kafka.state.dir",
                  folder.resolve("state").toString()));
      for (Role role : List.of(Role.APPLICATION, Role.CLIENT)) {
        guarded.grant(
            Grants.of(config, Topologies.describe(config))
                .of(role, Grants.retrieverGroup(config))
                .stream()
                .flatMap(grant -> grant.bindings(user).stream())
                .toList());
      }
      try (TopicAdmin admin =
          new TopicAdmin(Map.of("bootstrap.servers", guarded.kafka.bootstrapServers()))) {
        admin.create(Topics.required(config.topology()), Optional.empty());
      }
      serdes = new EventSerdes(Map.of("schema.registry.url", "mock://tenants"));
      service = AnsweringService.start(config, guarded.settings(user), models.models(), serdes);
      service.awaitRunning(Instance.PATIENCE);
    }

    Answer ask(String question) {
      try (RagClient client =
          new RagClient(guarded.settings(user), config.topology().topics(), serdes, true)) {
        return client.ask(
            AskedQuestion.of(question, CONVERSATION, QueryOptions.newBuilder().build(), List.of()),
            AnswerListener.SILENT,
            Instance.PATIENCE);
      }
    }

    List<Turn> turns() {
      try (ConversationReader reader =
          new ConversationReader(guarded.settings(user), config.topology().topics(), serdes)) {
        return reader.turns(CONVERSATION);
      }
    }

    @Override
    public void close() {
      service.close();
      models.close();
      serdes.close();
    }
  }
}
