package io.github.refragstreams.app.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerStats;
import io.github.refragstreams.schemas.AnswerStatus;
import io.github.refragstreams.schemas.AnswerToken;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.QueryOptions;
import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.topology.ErrorCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each check finds what it is there for, and finds nothing where all is well. */
class ChecksTest {
  private static final Bytes KEY = Bytes.wrap(new byte[] {1});

  private final Ledger ledger = new Ledger();
  private final List<Answer> answers = new ArrayList<>();
  private final List<AnswerToken> tokens = new ArrayList<>();
  private final List<Letter> letters = new ArrayList<>();
  private final Map<String, Integer> inFlight = new HashMap<>();
  private final Map<Bytes, byte[]> vectors = new HashMap<>();

  @BeforeEach
  void allIsWell() {
    ledger.asked(asked(Asked.Kind.WHOLE, "q"));
    ledger.refused(ErrorCode.NOT_AVRO, "bad");
    answers.add(answer("q", "g2", "one two", AnswerStatus.COMPLETE));
    tokens.addAll(
        List.of(
            token("g1", 0, "one ", false),
            token("g2", 0, "one ", false),
            token("g2", 1, "two", false),
            token("g2", 2, "", true)));
    letters.add(new Letter("NOT_AVRO", "bad"));
    inFlight.put("requests", 0);
    vectors.put(KEY, new byte[] {7});
  }

  @Test
  void findsNothingWhereAllIsWell() {
    assertThat(violations()).isEmpty();
  }

  @Test
  void findsAQueryWithoutAnswer() {
    answers.clear();
    assertThat(violations()).containsExactly("q has 0 answers");
  }

  @Test
  void letsACancelledQueryBeWithoutAnswer() {
    ledger.asked(asked(Asked.Kind.CANCELLED, "c"));
    letters.add(new Letter("LATE_PASSAGE", "c"));
    assertThat(violations()).isEmpty();
  }

  @Test
  void findsASecondAnswer() {
    answers.add(answers.get(0));
    assertThat(violations()).containsExactly("q has 2 answers");
  }

  @Test
  void findsASecondAnswerToACancelledQuery() {
    ledger.asked(asked(Asked.Kind.CANCELLED, "c"));
    tokens.add(token("c", "g", 0, "", true));
    answers.add(answer("c", "g", "", AnswerStatus.COMPLETE));
    assertThat(violations()).isEmpty();
    answers.add(answer("c", "g", "", AnswerStatus.COMPLETE));
    assertThat(violations()).containsExactly("c has 2 answers");
  }

  @Test
  void findsAnAnswerThatDidNotMissAPassage() {
    ledger.asked(asked(Asked.Kind.WAITING, "w"));
    tokens.add(token("w", "g", 0, "", true));
    answers.add(answer("w", "g", "", AnswerStatus.PARTIAL));
    assertThat(violations()).isEmpty();
    answers.set(1, answer("w", "g", "", AnswerStatus.COMPLETE));
    assertThat(violations()).containsExactly("w lacks a passage, but its answer is COMPLETE");
  }

  @Test
  void findsAConversationThatIsAnsweredInAnotherOrder() {
    for (String id : List.of("t1", "t2", "t3")) {
      ledger.asked(asked(Asked.Kind.CONVERSATION, id, "talk"));
      tokens.add(token(id, "g", 0, "", true));
      answers.add(answer(id, "g", "", AnswerStatus.COMPLETE));
    }
    assertThat(violations()).isEmpty();
    Collections.swap(answers, 2, 3);
    assertThat(violations())
        .containsExactly("talk is answered in the order [t1, t3, t2], not [t1, t2, t3]");
  }

  @Test
  void findsAnAnswerThatNobodyAskedFor() {
    answers.add(answer("other", "g", "", AnswerStatus.COMPLETE));
    assertThat(violations()).containsExactly("other is answered, but was not asked");
  }

  @Test
  void findsAnAnswerFromOtherPassages() {
    answers.set(0, answer("q", "g2", "one two", AnswerStatus.PARTIAL));
    assertThat(violations()).containsExactly("q has all passages, but its answer is PARTIAL");
  }

  @Test
  void findsAnotherText() {
    ledger.asked(asked(Asked.Kind.WHOLE, "w"));
    answers.add(answer("w", "g", "", AnswerStatus.COMPLETE));
    assertThat(violations()).containsExactly("w has another answer than the models give to it");
  }

  @Test
  void findsAGapInTheTokens() {
    tokens.remove(2);
    assertThat(violations())
        .containsExactly("the tokens of q are not its answer", "q has token 2 at place 1");
  }

  @Test
  void findsATokenTwice() {
    tokens.add(2, tokens.get(1));
    assertThat(violations()).contains("the tokens of q are not its answer");
  }

  @Test
  void findsAnAnswerWithoutEnd() {
    tokens.remove(3);
    assertThat(violations()).containsExactly("q has 2 tokens, and token 1 has last false");
  }

  @Test
  void findsAnEndBeforeTheEnd() {
    tokens.set(1, token("g2", 0, "one ", true));
    assertThat(violations()).containsExactly("q has 3 tokens, and token 0 has last true");
  }

  @Test
  void findsTokensInAnotherOrder() {
    Collections.swap(tokens, 1, 2);
    assertThat(violations())
        .containsExactly(
            "the tokens of q are not its answer",
            "q has token 1 at place 0",
            "q has token 0 at place 1");
  }

  @Test
  void findsAGenerationAfterTheAnswer() {
    tokens.add(token("g3", 0, "one ", false));
    assertThat(violations())
        .containsExactly("q has tokens of a generation after the one that answered it");
  }

  @Test
  void findsDeadLettersTooFewAndTooMany() {
    letters.add(new Letter("NOT_AVRO", "bad"));
    letters.add(new Letter("UNEXPECTED", "q"));
    assertThat(violations())
        .containsExactly(
            "NOT_AVRO of bad is there 2 times, not 1",
            "UNEXPECTED of q is there, but nothing was wrong with it");
  }

  @Test
  void findsADeadLetterThatIsMissing() {
    letters.clear();
    assertThat(violations()).containsExactly("NOT_AVRO of bad is there 0 times, not 1");
  }

  @Test
  void findsALatePassageOfAQueryThatWaitedForIt() {
    letters.add(new Letter("LATE_PASSAGE", "q"));
    assertThat(violations())
        .containsExactly("LATE_PASSAGE of q is there, but nothing was wrong with it");
  }

  @Test
  void findsWhatIsInFlightForEver() {
    inFlight.put("requests", 3);
    assertThat(violations()).containsExactly("store requests still holds 3");
  }

  @Test
  void findsOtherVectors() {
    vectors.put(KEY, new byte[] {8});
    assertThat(violations())
        .containsExactly("1 cached passages have other vectors than the encoder gives");
  }

  @Test
  void findsVectorsThatAreMissingOrUnknown() {
    vectors.remove(KEY);
    vectors.put(Bytes.wrap(new byte[] {2}), new byte[0]);
    assertThat(violations())
        .containsExactly(
            "1 passages were encoded, but are not cached", "1 cached passages were never sent");
  }

  private List<String> violations() {
    return Checks.violations(
        ledger,
        new Outputs(answers, tokens, letters, inFlight, vectors),
        asked -> "one two",
        Map.of(KEY, new byte[] {7}));
  }

  private static Asked asked(Asked.Kind kind, String id) {
    return asked(kind, id, null);
  }

  private static Asked asked(Asked.Kind kind, String id, @Nullable String conversation) {
    Query query =
        Query.newBuilder()
            .setQueryId(id)
            .setConversationId(conversation)
            .setQuestion("?")
            .setOptions(QueryOptions.newBuilder().build())
            .setCreatedAt(Instant.EPOCH)
            .build();
    RetrievedPassage passage =
        RetrievedPassage.newBuilder()
            .setQueryId(id)
            .setPassageId("p")
            .setRank(0)
            .setText("text")
            .build();
    return new Asked(kind, query, List.of(passage));
  }

  private static AnswerToken token(String generation, int index, String text, boolean last) {
    return token("q", generation, index, text, last);
  }

  private static AnswerToken token(
      String id, String generation, int index, String text, boolean last) {
    return AnswerToken.newBuilder()
        .setQueryId(id)
        .setGenerationId(generation)
        .setIndex(index)
        .setText(text)
        .setLast(last)
        .build();
  }

  private static Answer answer(String id, String generation, String text, AnswerStatus status) {
    return Answer.newBuilder()
        .setQueryId(id)
        .setGenerationId(generation)
        .setText(text)
        .setStatus(status)
        .setCitations(List.of())
        .setStats(stats())
        .setModel("m")
        .setAnsweredAt(Instant.EPOCH)
        .build();
  }

  private static AnswerStats stats() {
    return AnswerStats.newBuilder()
        .setPassages(1)
        .setChunks(1)
        .setChunksCached(0)
        .setChunksExpanded(0)
        .setChunkTokens(4)
        .setExpandFraction(0)
        .setContextTokens(4)
        .setPromptPositions(9)
        .setCompression(4)
        .setQueueMs(0)
        .setEncodeMs(0)
        .setPolicyMs(0)
        .setPrefillMs(0)
        .setDecodeMs(0)
        .setTimeToFirstTokenMs(0)
        .setAnswerTokens(2)
        .build();
  }
}
