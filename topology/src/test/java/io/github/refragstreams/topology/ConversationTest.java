package io.github.refragstreams.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is remembered of conversations; the bounds, not the contents: nobody reads them yet. */
class ConversationTest {

  @Test
  void remembersTheLastTurnsOfAConversation() {
    // Given
    try (TopologyFixture fixture = fixture(new ConversationConfig(2, 20, 10, Duration.ofDays(1)))) {
      // When
      for (int i = 0; i < 5; i++) {
        fixture.ask(Samples.query("q" + i).setConversationId("c").setExpectedPassages(0));
        fixture.tick();
      }
      // Then
      assertThat(stored(fixture, "c"))
          .asString(UTF_8)
          .contains("question of q3", "question of q4")
          .doesNotContain("q2");
    }
  }

  @Test
  void remembersNoMoreOfATextThanConfigured() {
    // Given
    try (TopologyFixture fixture = fixture(new ConversationConfig(2, 10, 10, Duration.ofDays(1)))) {
      // When
      fixture.ask(
          Samples.query("q")
              .setConversationId("c")
              .setQuestion("123456789\ud83d\ude00")
              .setExpectedPassages(0));
      fixture.tick();
      // Then
      assertThat(stored(fixture, "c"))
          .asString(UTF_8)
          .contains("123456789")
          .doesNotContain("\ud83d\ude00", "?", "answer to 1");
    }
  }

  @Test
  void forgetsIdleConversations() {
    // Given
    try (TopologyFixture fixture =
        fixture(new ConversationConfig(2, 20, 10, Duration.ofHours(1)))) {
      fixture.ask(Samples.query("q").setConversationId("c").setExpectedPassages(0));
      fixture.tick();
      fixture.advance(Duration.ofMinutes(59));
      assertThat(stored(fixture, "c")).isNotNull();
      // When
      fixture.advance(Duration.ofMinutes(2));
      // Then
      assertThat(stored(fixture, "c")).isNull();
    }
  }

  @Test
  void forgetsTheOldestOfTooManyConversations() {
    // Given
    try (TopologyFixture fixture = fixture(new ConversationConfig(2, 20, 2, Duration.ofDays(1)))) {
      // When
      for (int i = 0; i < 4; i++) {
        fixture.ask(Samples.query("q" + i).setConversationId("c" + i).setExpectedPassages(0));
        fixture.advance(Duration.ofSeconds(1));
      }
      // Then
      assertThat(stored(fixture, "c0")).isNull();
      assertThat(stored(fixture, "c1")).isNull();
      assertThat(stored(fixture, "c2")).isNotNull();
      assertThat(stored(fixture, "c3")).isNotNull();
    }
  }

  @Test
  void remembersNothingWhenNoTurnsAreConfigured() {
    // Given
    try (TopologyFixture fixture = fixture(new ConversationConfig(0, 20, 2, Duration.ofDays(1)))) {
      // When
      fixture.ask(Samples.query("q").setConversationId("c").setExpectedPassages(0));
      fixture.tick();
      // Then
      assertThat(stored(fixture, "c")).isNull();
      assertThat(fixture.answers()).hasSize(1);
    }
  }

  private static TopologyFixture fixture(ConversationConfig conversation) {
    return new TopologyFixture(TopologyFixture.testConfig().withConversation(conversation));
  }

  private static byte @Nullable [] stored(TopologyFixture fixture, String conversation) {
    return fixture
        .driver
        .<String, byte[]>getKeyValueStore(TopologyNames.CONVERSATIONS)
        .get(conversation);
  }
}
