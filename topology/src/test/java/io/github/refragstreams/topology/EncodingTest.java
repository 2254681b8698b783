package io.github.refragstreams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.Chunker;
import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.ModelException.Kind;
import io.github.refragstreams.model.PassageEncoder.Asker;
import io.github.refragstreams.model.Segment;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerStats;
import io.github.refragstreams.schemas.AnswerStatus;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One encoding of a text, whoever asks for it; failures of the encoder. */
class EncodingTest {
  private final TopologyFixture fixture = new TopologyFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void encodesATextOnceForAllQueries() {
    // Given
    fixture.retrieve(Samples.passage("q1", "p").setText("same"));
    fixture.tick();
    // When
    fixture.retrieve(Samples.passage("q2", "other id").setText("same"));
    fixture.ask(Samples.query("q1").setExpectedPassages(1));
    fixture.ask(Samples.query("q2").setExpectedPassages(1));
    fixture.tick();
    // Then
    assertThat(fixture.answers()).hasSize(2);
    assertThat(fixture.fakes.encoder().texts()).containsExactly("Title: same");
  }

  @Test
  void tokenStatesReachThePromptFreshAndCached() {
    // Given
    fixture.fakes.encoder().keepStates();
    fixture.retrieve(Samples.passage("q1", "p").setText("same"));
    fixture.tick();
    fixture.retrieve(Samples.passage("q2", "p").setText("same"));
    // When
    fixture.ask(Samples.query("q1").setExpectedPassages(1));
    fixture.ask(Samples.query("q2").setExpectedPassages(1));
    fixture.tick();
    // Then
    ChunkVectors expected =
        FakeEncoder.withStates(new Chunker(new FakeTokenizer()).chunk("Title", "same", 2));
    assertThat(fixture.fakes.decoder().prompts())
        .hasSize(2)
        .allSatisfy(
            prompt ->
                assertThat(prompt.segments())
                    .filteredOn(Segment.Chunks.class::isInstance)
                    .isNotEmpty()
                    .extracting(segment -> ((Segment.Chunks) segment).vectors())
                    .containsOnly(expected));
    assertThat(fixture.fakes.encoder().texts()).hasSize(1);
  }

  @Test
  void encodesATextOnceForAllWhoWaitForIt() {
    // Given
    fixture.fakes.encoder().hold();
    fixture.retrieve(Samples.passage("q1", "p").setText("same"));
    fixture.retrieve(Samples.passage("q2", "p").setText("same"));
    fixture.ask(Samples.query("q1").setExpectedPassages(1));
    fixture.ask(Samples.query("q2").setExpectedPassages(1));
    // When
    fixture.fakes.encoder().release();
    fixture.tick();
    fixture.tick();
    // Then
    assertThat(fixture.answers()).hasSize(2);
    assertThat(fixture.fakes.encoder().texts()).containsExactly("Title: same");
  }

  @Test
  void forwardsWhatItHasAtOnce() {
    // Given
    fixture.publish(Samples.document("d").setText("same"));
    fixture.tick();
    // When: no tick between passage and join
    fixture.retrieve(Samples.passage("q", "p").setText("same"));
    fixture.ask(Samples.query("q").setExpectedPassages(1));
    fixture.tick();
    // Then
    AnswerStats stats = only(fixture.answers()).getStats();
    assertThat(stats.getChunksCached()).isEqualTo(stats.getChunks()).isPositive();
  }

  @Test
  void encodesTheParagraphsOfADocumentAheadOfAnyQuery() {
    // When
    fixture.publish(Samples.document("d").setText("first\n\nsecond\n \n  third  \n"));
    fixture.tick();
    // Then
    assertThat(fixture.fakes.encoder().texts())
        .containsExactly("Title: first", "Title: second", "Title: third");
    assertThat(fixture.deadLetters()).isEmpty();
    assertThat(fixture.driver.producedTopicNames())
        .doesNotContain("test-answer-by-conversation-repartition");
  }

  @Test
  void returnsThePartOfADocumentThatCannotBeEncoded() {
    // Given
    fixture.fakes.encoder().failOn("second", Kind.INPUT);
    // When
    fixture.publish(Samples.document("d").setText("first\n\nsecond"));
    fixture.tick();
    // Then
    DeadRecord dead = only(fixture.deadLetters());
    assertThat(dead.code()).isEqualTo(ErrorCode.PASSAGE_NOT_ENCODABLE);
    assertThat(
            fixture
                .serdes
                .document()
                .deserializer()
                .deserialize("rag.documents", dead.record().value()))
        .isEqualTo(Samples.document("d").setText("second").build());
  }

  @Test
  void keepsTimeOfTheEncodingInTheStats() {
    // Given
    fixture.fakes.encoder().hold();
    fixture.ask(Samples.query("q").setExpectedPassages(1));
    fixture.retrieve(Samples.passage("q", "p"));
    // When
    fixture.advance(Duration.ofMillis(700));
    fixture.fakes.encoder().release();
    fixture.tick();
    fixture.tick();
    // Then
    assertThat(only(fixture.answers()).getStats().getEncodeMs()).isEqualTo(750);
  }

  @Test
  void finishesInTheOrderOfTheEncoderWithoutMixingPassagesUp() {
    // Given
    fixture.fakes.encoder().hold();
    for (int i = 0; i < 5; i++) {
      fixture.ask(Samples.query("q" + i).setExpectedPassages(1));
      fixture.retrieve(Samples.passage("q" + i, "p" + i));
    }
    // When
    fixture.fakes.encoder().releaseInReverse();
    fixture.tick();
    fixture.tick();
    // Then
    assertThat(fixture.answers())
        .hasSize(5)
        .allSatisfy(
            answer ->
                assertThat(answer.getCitations().get(0).getPassageId())
                    .isEqualTo(answer.getQueryId().replace('q', 'p')));
  }

  @Test
  void submitsNoMorePassagesThanConfigured() {
    // Given
    try (TopologyFixture bounded =
        new TopologyFixture(fixture.config.withEncode(new EncodeConfig(2, 10, 10, 1, 1)))) {
      bounded.fakes.encoder().hold();
      for (int i = 0; i < 5; i++) {
        bounded.retrieve(Samples.passage("q", "p" + i));
      }
      assertThat(bounded.fakes.encoder().texts()).hasSize(2);
      // When
      bounded.fakes.encoder().release();
      bounded.tick();
      bounded.tick();
      bounded.tick();
      // Then
      assertThat(bounded.fakes.encoder().texts()).hasSize(5).doesNotHaveDuplicates();
    }
  }

  @Test
  void takesPassagesOfQueriesInTurn() {
    // Given: one at a time; a query with four passages comes first
    EncodeConfig defaults = EncodeConfig.defaults();
    try (TopologyFixture single =
        new TopologyFixture(
            TopologyFixture.testConfig()
                .withEncode(
                    new EncodeConfig(1, defaults.backlog(), defaults.maxPending(), 1, 100)))) {
      single.fakes.encoder().hold();
      for (int i = 0; i < 4; i++) {
        single.retrieve(Samples.passage("much", "m" + i));
      }
      single.retrieve(Samples.passage("little", "l"));
      // When
      for (int i = 0; i < 5; i++) {
        single.fakes.encoder().releaseOne();
        single.tick();
      }
      // Then
      assertThat(single.fakes.encoder().texts())
          .containsExactly(
              "Title: text of m0",
              "Title: text of m1",
              "Title: text of l",
              "Title: text of m2",
              "Title: text of m3");
      assertThat(single.fakes.encoder().askers())
          .containsExactly(
              Asker.of("much"),
              Asker.of("much"),
              Asker.of("little"),
              Asker.of("much"),
              Asker.of("much"));
    }
  }

  @Test
  void refusesPassagesBeyondWhatMayWait() {
    // Given
    try (TopologyFixture bounded =
        new TopologyFixture(fixture.config.withEncode(new EncodeConfig(1, 2, 3, 1, 1)))) {
      bounded.fakes.encoder().hold();
      bounded.ask(Samples.query("q").setExpectedPassages(4));
      // When
      for (int i = 0; i < 4; i++) {
        bounded.retrieve(Samples.passage("q", "p" + i));
      }
      // Then
      DeadRecord dead = only(bounded.deadLetters());
      assertThat(dead.code()).isEqualTo(ErrorCode.OVERLOADED);
      assertThat(dead.message()).contains("3 passages wait; encode.max-pending is 3");
      bounded.fakes.encoder().release();
      for (int i = 0; i < 4; i++) {
        bounded.tick();
      }
      assertThat(only(bounded.answers()).getStatus()).isEqualTo(AnswerStatus.PARTIAL);
    }
  }

  @Test
  void isolatesAPassageThatCannotBeEncoded() {
    // Given
    fixture.fakes.encoder().failOn("poison", Kind.INPUT);
    fixture.ask(Samples.query("q").setExpectedPassages(3));
    // When
    fixture.retrieve(Samples.passage("q", "p1"));
    fixture.retrieve(Samples.passage("q", "p2").setText("poison"));
    fixture.retrieve(Samples.passage("q", "p3"));
    fixture.tick();
    fixture.tick();
    // Then
    Answer answer = only(fixture.answers());
    assertThat(answer.getStatus()).isEqualTo(AnswerStatus.PARTIAL);
    assertThat(answer.getStats().getPassages()).isEqualTo(2);
    DeadRecord dead = only(fixture.deadLetters());
    assertThat(dead.code()).isEqualTo(ErrorCode.PASSAGE_NOT_ENCODABLE);
    assertThat(dead.stage()).isEqualTo("encode");
    assertThat(dead.record().value())
        .isEqualTo(fixture.bytes(Samples.passage("q", "p2").setText("poison").build()));
    assertThat(dead.message()).doesNotContain("poison");
  }

  @Test
  void refusesThePassageThatTheEncoderThrowsAtAndGivesItsPlaceBack() {
    // Given
    try (TopologyFixture single =
        new TopologyFixture(fixture.config.withEncode(new EncodeConfig(1, 10, 10, 1, 1)))) {
      single.fakes.encoder().hold();
      for (String id : List.of("first", "bad", "last")) {
        single.retrieve(Samples.passage("q", id));
      }
      single.fakes.encoder().throwNext(new IllegalStateException("told to throw"));
      // When
      single.fakes.encoder().release();
      single.tick();
      single.tick();
      // Then
      DeadRecord dead = only(single.deadLetters());
      assertThat(dead.code()).isEqualTo(ErrorCode.UNEXPECTED);
      assertThat(dead.stage()).isEqualTo("encode");
      assertThat(dead.record().value())
          .isEqualTo(single.bytes(Samples.passage("q", "bad").build()));
      assertThat(single.fakes.encoder().texts())
          .containsExactly("Title: text of first", "Title: text of bad", "Title: text of last");
    }
  }

  @Test
  void repeatsWhatTheEncoderThrowsAtForTheMoment() {
    // Given
    fixture.fakes.encoder().throwNext(new ModelException(Kind.TRANSIENT, "told to throw"));
    fixture.ask(Samples.query("q").setExpectedPassages(1));
    fixture.retrieve(Samples.passage("q", "p"));
    // When
    fixture.tick();
    fixture.advance(fixture.config.retry().firstDelay());
    fixture.tick();
    fixture.tick();
    // Then
    assertThat(only(fixture.answers()).getStatus()).isEqualTo(AnswerStatus.COMPLETE);
    assertThat(fixture.deadLetters()).isEmpty();
  }

  @Test
  void repeatsWhatFailsForTheMoment() {
    // Given
    fixture.fakes.encoder().failOn("text", Kind.TRANSIENT);
    fixture.ask(Samples.query("q").setExpectedPassages(1));
    fixture.retrieve(Samples.passage("q", "p"));
    fixture.tick();
    assertThat(fixture.fakes.encoder().texts()).hasSize(1);
    // When: 100 ms until the second attempt
    fixture.tick();
    assertThat(fixture.fakes.encoder().texts()).hasSize(1);
    fixture.fakes.encoder().recover();
    fixture.tick();
    fixture.tick();
    fixture.tick();
    // Then
    assertThat(fixture.fakes.encoder().texts()).hasSize(2);
    assertThat(only(fixture.answers()).getStatus()).isEqualTo(AnswerStatus.COMPLETE);
    assertThat(fixture.deadLetters()).isEmpty();
  }

  @Test
  void givesUpAfterAsManyAttemptsAsConfigured() {
    // Given
    fixture.fakes.encoder().failOn("text", Kind.TRANSIENT);
    fixture.retrieve(Samples.passage("q", "p"));
    // When
    for (int i = 0; i < 50; i++) {
      fixture.advance(fixture.config.retry().maxDelay());
    }
    // Then
    DeadRecord dead = only(fixture.deadLetters());
    assertThat(dead.code()).isEqualTo(ErrorCode.RETRIES_EXHAUSTED);
    assertThat(dead.message()).contains("failed 20 times; retry.attempts is 20");
    assertThat(fixture.fakes.encoder().texts()).hasSize(20);
  }

  @Test
  void blamesNoPassageForABrokenModel() {
    try (TopologyFixture patient = new TopologyFixture(TopologyFixture.patientConfig())) {
      // Given
      patient.fakes.encoder().failOn("text", Kind.MODEL);
      patient.ask(
          Samples.query("q").setExpectedPassages(1).setDeadlineMs(Duration.ofDays(1).toMillis()));
      patient.retrieve(Samples.passage("q", "p"));
      for (int i = 0; i < 50; i++) {
        patient.advance(patient.config.retry().maxDelay());
      }
      assertThat(patient.deadLetters()).isEmpty();
      // When
      patient.fakes.encoder().recover();
      patient.advance(patient.config.retry().maxDelay());
      patient.advance(patient.config.retry().maxDelay());
      patient.tick();
      patient.tick();
      // Then
      assertThat(only(patient.answers()).getStatus()).isEqualTo(AnswerStatus.COMPLETE);
    }
  }

  @Test
  void removesWhatWasUsedLeastRecently() {
    // Given: room for two
    try (TopologyFixture small =
        new TopologyFixture(
            fixture.config.withCache(new CacheConfig(2, 1 << 20, 1 << 20, Duration.ofDays(1))))) {
      small.retrieve(Samples.passage("q", "a"));
      small.retrieve(Samples.passage("q", "b"));
      small.tick();
      small.advance(Duration.ofMinutes(20));
      small.retrieve(Samples.passage("q", "again a").setText("text of a"));
      // When
      small.retrieve(Samples.passage("q", "c"));
      small.tick();
      // Then
      small.retrieve(Samples.passage("q", "once more a").setText("text of a"));
      small.retrieve(Samples.passage("q", "once more b").setText("text of b"));
      assertThat(small.fakes.encoder().texts())
          .containsExactly(
              "Title: text of a", "Title: text of b", "Title: text of c", "Title: text of b");
    }
  }

  @Test
  void holdsNoMoreBytesThanConfigured() {
    // Given: about 200 bytes for each passage
    try (TopologyFixture small =
        new TopologyFixture(
            fixture.config.withCache(new CacheConfig(1_000, 1_000, 0, Duration.ofDays(1))))) {
      // When
      for (int i = 0; i < 50; i++) {
        small.retrieve(Samples.passage("q", "passage " + i));
        small.tick();
      }
      // Then
      long bytes = 0;
      int entries = 0;
      try (var stored = small.driver.<Object, byte[]>getKeyValueStore("chunk-embeddings").all()) {
        while (stored.hasNext()) {
          bytes += stored.next().value.length;
          entries++;
        }
      }
      assertThat(bytes).isBetween(500L, 1_000L);
      try (var uses = small.driver.getKeyValueStore("chunk-embeddings-use").all()) {
        for (int i = 0; i < entries; i++) {
          uses.next();
        }
        assertThat(uses.hasNext()).isFalse();
      }
    }
  }

  @Test
  void shrinksTheChangelogWithTheStore() {
    // Given: room for two
    try (TopologyFixture small =
        new TopologyFixture(
            fixture.config.withCache(new CacheConfig(2, 1 << 20, 1 << 20, Duration.ofDays(1))))) {
      // When
      for (String id : List.of("a", "b", "c", "d")) {
        small.retrieve(Samples.passage("q", id));
        small.tick();
      }
      // Then: compaction leaves what was written and not deleted since
      assertThat(small.changelog("chunk-embeddings")).hasSize(2);
      small.advance(Duration.ofMinutes(1));
      assertThat(small.changelog("chunk-embeddings-use")).hasSize(2);
    }
  }

  @Test
  void forgetsWhatNobodyUses() {
    // Given
    fixture.retrieve(Samples.passage("q", "a"));
    fixture.retrieve(Samples.passage("q", "b"));
    fixture.tick();
    Duration retention = fixture.config.cache().retention();
    fixture.advance(retention.minusHours(1));
    fixture.retrieve(Samples.passage("q", "again a").setText("text of a"));
    // When
    fixture.advance(Duration.ofHours(2));
    // Then
    assertThat(fixture.changelog("chunk-embeddings")).hasSize(1);
    fixture.retrieve(Samples.passage("q", "once more a").setText("text of a"));
    fixture.retrieve(Samples.passage("q", "once more b").setText("text of b"));
    assertThat(fixture.fakes.encoder().texts())
        .containsExactly("Title: text of a", "Title: text of b", "Title: text of b");
  }

  @Test
  void keepsWhatIsInUseHoweverShortTheRetentionIs() {
    // Given
    Duration retention = Duration.ofMinutes(5);
    try (TopologyFixture brief =
        new TopologyFixture(
            fixture.config.withCache(new CacheConfig(1_000, 1 << 20, 1 << 20, retention)))) {
      // When
      for (int i = 0; i < 4; i++) {
        brief.retrieve(Samples.passage("q", "p" + i).setText("same"));
        brief.advance(Duration.ofMinutes(3));
      }
      // Then
      assertThat(brief.fakes.encoder().texts()).hasSize(1);
    }
  }

  private static <T> T only(List<T> list) {
    assertThat(list).hasSize(1);
    return list.get(0);
  }
}
