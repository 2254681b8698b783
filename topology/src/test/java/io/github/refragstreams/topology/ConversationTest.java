package io.github.refragstreams.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.Chunker;
import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.PastTurn;
import io.github.refragstreams.model.Segment;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerStats;
import io.github.refragstreams.schemas.GivenTurn;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.QueryOptions;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is remembered of conversations, and how it enters the prompts of follow-ups. */
class ConversationTest {

  @Test
  void aFollowUpIsAnsweredWithTheTurnBefore() {
    // Given
    try (TopologyFixture fixture = fixture(config(8, 2, 500))) {
      // When
      ask(fixture, "first", "c");
      ask(fixture, "second", "c");
      // Then
      assertThat(prompts(fixture))
          .containsExactly(
              "question of first",
              "Question: question of first\n"
                  + "Answer: answer to question of first|question of second");
      assertThat(fixture.answers())
          .extracting(Answer::getStats)
          .extracting(AnswerStats::getHistoryTurns, AnswerStats::getHistoryTurnsRaw)
          .containsExactly(tuple(0, 0), tuple(1, 1));
    }
  }

  @Test
  void turnsThatCameWithAQuestionAreReadInsteadOfThoseOfItsConversation() {
    // Given
    try (TopologyFixture fixture = fixture(config(2, 2, 500))) {
      ask(fixture, "first", "c");
      List<GivenTurn> history =
          List.of(
              new GivenTurn("too old?", "yes"),
              new GivenTurn("who?", "Ada"),
              new GivenTurn("when?", "1815"));
      // When
      fixture.ask(Samples.query("alone").setHistory(history).setExpectedPassages(0));
      fixture.ask(
          Samples.query("going on")
              .setConversationId("c")
              .setHistory(history)
              .setExpectedPassages(0));
      fixture.tick();
      ask(fixture, "last", "c");
      // Then
      String given = "Question: who?\nAnswer: Ada|Question: when?\nAnswer: 1815|";
      assertThat(prompts(fixture))
          .containsExactly(
              "question of first",
              given + "question of alone",
              given + "question of going on",
              "Question: when?\nAnswer: 1815|Question: question of going on\n"
                  + "Answer: answer to question of going on|question of last");
    }
  }

  @Test
  void takesAsManyTurnsWithAQuestionAsMayCome() {
    // Given
    Limits limits = Limits.defaults();
    int chars = limits.historyChars() / limits.historyTurns() - 1;
    List<GivenTurn> history =
        Collections.nCopies(limits.historyTurns(), new GivenTurn("?", "!".repeat(chars)));
    try (TopologyFixture fixture = fixture(config(2, 2, 500))) {
      // When
      fixture.ask(Samples.query("q").setHistory(history).setExpectedPassages(0));
      fixture.tick();
      // Then
      assertThat(fixture.answers())
          .extracting(answer -> answer.getStats().getHistoryTurns())
          .containsExactly(2);
    }
  }

  @Test
  void turnsThatArriveFasterThanAnswersAreAnsweredInOrderEachWithTheOneBefore() {
    // Given
    try (TopologyFixture fixture = fixture(config(8, 2, 500))) {
      fixture.fakes.decoder().hold();
      // When
      for (String id : List.of("first", "second", "third")) {
        fixture.ask(Samples.query(id).setConversationId("c").setExpectedPassages(0));
      }
      fixture.tick();
      assertThat(fixture.fakes.decoder().running()).hasSize(1);
      fixture.fakes.decoder().release();
      fixture.tick();
      // Then
      assertThat(fixture.answers())
          .extracting(Answer::getQueryId)
          .containsExactly("first", "second", "third");
      assertThat(prompts(fixture).get(2))
          .contains("Answer: answer to question of first", "Answer: answer to question of second");
    }
  }

  @Test
  void olderTurnsEnterAsChunkVectors() {
    // Given
    try (TopologyFixture fixture = fixture(config(8, 1, 500))) {
      // When
      for (String id : List.of("first", "second", "third")) {
        ask(fixture, id, "c");
      }
      // Then
      List<Segment> segments = fixture.fakes.decoder().prompts().get(2).segments();
      String first = PastTurn.readText("question of first", "answer to question of first");
      ChunkedText chunks = new Chunker(new FakeTokenizer()).chunk(null, first, 2);
      assertThat(segments).hasSize(3);
      assertThat(((Segment.Chunks) segments.get(0)).vectors())
          .isEqualTo(FakeEncoder.vectors(chunks));
      assertThat(text(segments.get(1))).startsWith("Question: question of second");
      assertThat(fixture.answers().get(2).getStats())
          .extracting(AnswerStats::getHistoryTurns, AnswerStats::getHistoryTurnsRaw)
          .containsExactly(2, 1);
    }
  }

  @Test
  void aTurnIsEncodedOnce() {
    // Given
    try (TopologyFixture fixture = fixture(config(8, 1, 500))) {
      // When
      for (int i = 0; i < 6; i++) {
        ask(fixture, "q" + i, "c");
      }
      // Then
      assertThat(fixture.fakes.encoder().texts())
          .containsExactly(read("q0"), read("q1"), read("q2"), read("q3"));
    }
  }

  @Test
  void aTurnIsEncodedAgainForAnotherChunkSize() {
    // Given
    try (TopologyFixture fixture = fixture(config(8, 0, 500))) {
      ask(fixture, "q0", "c");
      ask(fixture, "q1", "c");
      // When
      Query.Builder query = Samples.query("q2").setConversationId("c").setExpectedPassages(0);
      query.setOptionsBuilder(QueryOptions.newBuilder().setChunkTokens(4));
      fixture.ask(query);
      fixture.tick();
      // Then
      assertThat(fixture.fakes.encoder().texts())
          .containsExactly(read("q0"), read("q0"), read("q1"));
    }
  }

  @Test
  void aTurnThatCannotBeEncodedIsForgotten() {
    // Given
    try (TopologyFixture fixture = fixture(config(8, 0, 500))) {
      fixture.fakes.encoder().failOn("q0", ModelException.Kind.INPUT);
      // When
      for (int i = 0; i < 3; i++) {
        ask(fixture, "q" + i, "c");
      }
      // Then
      assertThat(fixture.answers())
          .extracting(answer -> answer.getStats().getHistoryTurns())
          .containsExactly(0, 0, 1);
      assertThat(stored(fixture, "c")).asString(UTF_8).doesNotContain("q0");
    }
  }

  @Test
  void theEncoderIsNotToBlameForAQueryThatItsFullQueueHoldsUp() {
    // Given
    try (TopologyFixture fixture = fixture(config(8, 0, 500))) {
      ask(fixture, "q0", "c");
      fixture.fakes.encoder().failOn("q0", ModelException.Kind.BUSY);
      ask(fixture, "q1", "c");
      assertThat(fixture.answers()).hasSize(1);
      // When
      fixture.fakes.encoder().recover();
      fixture.advance(Duration.ofMinutes(1));
      fixture.tick();
      // Then
      assertThat(fixture.answers())
          .extracting(answer -> answer.getStats().getHistoryTurns())
          .containsExactly(1);
    }
  }

  @Test
  void forgetsTheOldestTurnsBeyondTheTokens() {
    // Given: a turn has 57 tokens, one per character
    try (TopologyFixture fixture = fixture(config(8, 8, 2 * 57 + 56))) {
      // When
      for (int i = 0; i < 5; i++) {
        ask(fixture, "q" + i, "c");
      }
      // Then
      assertThat(prompts(fixture).get(4)).contains("q2", "q3").doesNotContain("q1");
      assertThat(stored(fixture, "c")).asString(UTF_8).contains("q2", "q3").doesNotContain("q1");
    }
  }

  @Test
  void aTurnThatIsTooLongByItselfIsCut() {
    // Given: question and answer have 100 tokens each, one per character
    try (TopologyFixture fixture = fixture(config(8, 8, 120))) {
      ask(fixture, "q0", "c");
      fixture.ask(
          Samples.query("q1")
              .setQuestion("long " + "x".repeat(95))
              .setConversationId("c")
              .setExpectedPassages(0));
      fixture.tick();
      // When
      ask(fixture, "q2", "c");
      ask(fixture, "q3", "c");
      // Then
      String turn = prompts(fixture).get(2).split("\\|")[0];
      assertThat(turn).startsWith("Question: long x").contains("Answer: answer to long x");
      assertThat(turn.length()).isBetween(100, 120);
      assertThat(prompts(fixture).get(3)).contains("q2").doesNotContain("long");
    }
  }

  @Test
  void aBoundThatHasRoomForNothingForgetsAll() {
    // Given
    try (TopologyFixture fixture = fixture(config(8, 8, 1))) {
      ask(fixture, "q0", "c");
      // When
      ask(fixture, "q1", "c");
      // Then
      assertThat(prompts(fixture)).containsExactly("question of q0", "question of q1");
    }
  }

  @Test
  void otherConversationsAndLoneQuestionsHaveNoPartInIt() {
    // Given
    try (TopologyFixture fixture = fixture(config(8, 2, 500))) {
      ask(fixture, "q0", "c");
      // When
      ask(fixture, "q1", "another");
      ask(fixture, "q2", null);
      ask(fixture, "q3", null);
      // Then
      assertThat(fixture.answers())
          .extracting(answer -> answer.getStats().getHistoryTurns())
          .containsExactly(0, 0, 0, 0);
    }
  }

  @Test
  void aConversationThatWasIdleBeginsAnew() {
    // Given
    try (TopologyFixture fixture = fixture(config(8, 2, 500))) {
      ask(fixture, "q0", "c");
      fixture.advance(Duration.ofDays(2));
      // When
      ask(fixture, "q1", "c");
      // Then
      assertThat(fixture.answers())
          .extracting(answer -> answer.getStats().getHistoryTurns())
          .containsExactly(0, 0);
    }
  }

  @Test
  void underLoadFewerTurnsStayRaw() {
    // Given: one answer at a time, and levels of one turn behind four of passages
    TopologyConfig config = TopologyFixture.generatingAtMost(1).withConversation(config(8, 2, 500));
    try (TopologyFixture fixture = new TopologyFixture(config)) {
      for (String conversation : List.of("c", "d")) {
        ask(fixture, "first of " + conversation, conversation);
        ask(fixture, "second of " + conversation, conversation);
      }
      fixture.answers();
      // When: answers that have waited for longer and longer
      fixture.fakes.decoder().hold();
      for (int i = 0; i < 5; i++) {
        ask(fixture, "other" + i, null);
      }
      ask(fixture, "third of c", "c");
      ask(fixture, "third of d", "d");
      for (int i = 0; i < 7; i++) {
        fixture.advance(Duration.ofSeconds(2));
        fixture.fakes.decoder().running().get(i).finish();
        fixture.tick();
      }
      // Then
      assertThat(fixture.answers())
          .extracting(Answer::getStats)
          .extracting(
              AnswerStats::getLoadLevel,
              AnswerStats::getHistoryTurns,
              AnswerStats::getHistoryTurnsRaw)
          .containsExactly(
              tuple(0, 0, 0),
              tuple(1, 0, 0),
              tuple(2, 0, 0),
              tuple(3, 0, 0),
              tuple(4, 0, 0),
              tuple(5, 2, 1),
              tuple(6, 2, 0));
    }
  }

  private static ConversationConfig config(int turns, int rawTurns, int maxTokens) {
    return new ConversationConfig(turns, rawTurns, maxTokens, 100, 10, Duration.ofDays(1));
  }

  private static void ask(TopologyFixture fixture, String id, @Nullable String conversation) {
    fixture.ask(Samples.query(id).setConversationId(conversation).setExpectedPassages(0));
    fixture.tick();
  }

  private static String read(String id) {
    return PastTurn.readText("question of " + id, "answer to question of " + id);
  }

  /** Prompts in order: text as it is, each vector as {@code #}, segments apart. */
  private static List<String> prompts(TopologyFixture fixture) {
    return fixture.fakes.decoder().prompts().stream()
        .map(
            prompt ->
                prompt.segments().stream()
                    .map(ConversationTest::text)
                    .collect(Collectors.joining("|")))
        .toList();
  }

  private static String text(Segment segment) {
    return segment instanceof Segment.Tokens tokens
        ? new FakeTokenizer().decode(tokens.ids())
        : "#".repeat(segment.positions());
  }

  @Test
  void remembersTheLastTurnsOfAConversation() {
    // Given
    try (TopologyFixture fixture =
        fixture(new ConversationConfig(2, 1, 500, 20, 10, Duration.ofDays(1)))) {
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
    try (TopologyFixture fixture =
        fixture(new ConversationConfig(2, 1, 500, 10, 10, Duration.ofDays(1)))) {
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
        fixture(new ConversationConfig(2, 1, 500, 20, 10, Duration.ofHours(1)))) {
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
    try (TopologyFixture fixture =
        fixture(new ConversationConfig(2, 1, 500, 20, 2, Duration.ofDays(1)))) {
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
    try (TopologyFixture fixture =
        fixture(new ConversationConfig(0, 1, 500, 20, 2, Duration.ofDays(1)))) {
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
