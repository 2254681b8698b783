package io.github.refragstreams.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.topology.CachedPassage;
import io.github.refragstreams.topology.GroupProtocol;
import io.github.refragstreams.topology.QueryState;
import io.github.refragstreams.topology.QueryState.Phase;
import io.github.refragstreams.topology.StoreQueries;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Stores are read from outside while the topology works. */
@ExtendWith(SharedBroker.class)
class StoreQueriesIT {
  private final EmbeddedKafka kafka;

  StoreQueriesIT(EmbeddedKafka kafka) {
    this.kafka = kafka;
  }

  @Test
  void followsAQueryFromItsFirstPassageToItsAnswer() {
    try (World world = new World(kafka);
        Reader<String, Answer> answers = world.answers();
        Instance instance = new Instance(world, GroupProtocol.STREAMS).startAndWait()) {
      StoreQueries stores = instance.stores();
      assertThat(stores.query("q").phase()).isEqualTo(Phase.UNKNOWN);
      // When: a passage comes before its query
      world.retrieve("q", "p1", "first");
      world.flush();
      // Then
      await()
          .atMost(Instance.PATIENCE)
          .untilAsserted(
              () -> assertThat(stores.query("q").phase()).isEqualTo(Phase.WITHOUT_QUERY));
      // When
      world.ask("q", "question", 2);
      world.flush();
      // Then
      await()
          .atMost(Instance.PATIENCE)
          .untilAsserted(() -> assertThat(stores.query("q").phase()).isEqualTo(Phase.OPEN));
      QueryState open = stores.query("q");
      assertThat(open.passages()).isEqualTo(1);
      assertThat(open.expected()).isEqualTo(2);
      assertThat(open.since()).isNotNull();
      // When
      world.retrieve("q", "p2", "second");
      world.flush();
      await()
          .atMost(Instance.PATIENCE)
          .untilAsserted(() -> assertThat(answers.values()).hasSize(1));
      // Then
      QueryState done = stores.query("q");
      assertThat(done.phase()).isEqualTo(Phase.ANSWERED);
      assertThat(done.generationId()).isEqualTo(answers.values().get(0).getGenerationId());
      assertThat(stores.query("q2").phase()).isEqualTo(Phase.UNKNOWN);
    }
  }

  @Test
  void findsAPassageByItsText() {
    try (World world = new World(kafka);
        Instance instance = new Instance(world, GroupProtocol.STREAMS).startAndWait()) {
      StoreQueries stores = instance.stores();
      // When
      world.retrieve("q", "p", "ten tokens");
      world.flush();
      // Then
      await()
          .atMost(Instance.PATIENCE)
          .untilAsserted(() -> assertThat(stores.passage(null, "ten tokens")).isPresent());
      CachedPassage cached = stores.passage(null, "ten tokens").orElseThrow();
      assertThat(cached.tokens()).isEqualTo(10);
      assertThat(cached.chunks()).isEqualTo(3);
      assertThat(cached.dimension()).isEqualTo(1);
      assertThat(stores.passage("title", "ten tokens")).isEmpty();
    }
  }
}
