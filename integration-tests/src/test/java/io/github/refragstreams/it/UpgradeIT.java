package io.github.refragstreams.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.topology.GroupProtocol;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Another bundle takes the place of the one before, on the same state folder and topics. */
@ExtendWith(SharedBroker.class)
class UpgradeIT {
  /** Longer than what stays raw: chunks enter as vectors, too. */
  private static final String TEXT = "a text that both bundles read, of several chunks".repeat(4);

  private final EmbeddedKafka kafka;

  @TempDir private Path state;

  UpgradeIT(EmbeddedKafka kafka) {
    this.kafka = kafka;
  }

  @ParameterizedTest
  @EnumSource(GroupProtocol.class)
  void neverUsesVectorsOfAnotherBundleOfTheSameWidth(GroupProtocol protocol) {
    try (World world = new World(kafka);
        Reader<String, Answer> answers = world.answers()) {
      // Given: vectors of the old bundle are in the cache, and are used
      List<ChunkVectors> old;
      try (Instance first = instance(world, protocol, 0)) {
        ask(world, "q1", answers, 1);
        assertThat(ask(world, "q2", answers, 2).getStats().getChunksCached()).isPositive();
        old = first.models.decoder.vectors();
      }
      // When
      try (Instance upgraded = instance(world, protocol, 1)) {
        Answer fresh = ask(world, "q3", answers, 3);
        Answer cached = ask(world, "q4", answers, 4);
        // Then
        assertThat(fresh.getStats().getChunksCached()).isZero();
        assertThat(cached.getStats().getChunksCached()).isPositive();
        assertThat(upgraded.models.encoder.passages()).isEqualTo(1);
        assertThat(upgraded.models.decoder.vectors())
            .hasSize(old.size())
            .doesNotContainAnyElementsOf(old);
      }
      // When: back again
      try (Instance back = instance(world, protocol, 0)) {
        assertThat(ask(world, "q5", answers, 5).getStats().getChunksCached()).isPositive();
        // Then
        assertThat(back.models.encoder.passages()).isZero();
        assertThat(old).containsAll(back.models.decoder.vectors());
      }
    }
  }

  private Instance instance(World world, GroupProtocol protocol, int added) {
    return new Instance(
            world, protocol, new SumEncoder(3, added), Map.of("state.dir", state.toString()))
        .startAndWait();
  }

  /** The answer, once there are {@code count} of them. */
  private static Answer ask(
      World world, String queryId, Reader<String, Answer> answers, int count) {
    world.retrieve(queryId, "p", TEXT);
    world.ask(queryId, "which text?", 1);
    world.flush();
    await()
        .atMost(Instance.PATIENCE)
        .untilAsserted(() -> assertThat(answers.values()).hasSize(count));
    return answers.values().get(count - 1);
  }
}
