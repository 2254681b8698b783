package io.github.refragstreams.serde;

import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerStats;
import io.github.refragstreams.schemas.AnswerStatus;
import io.github.refragstreams.schemas.AnswerToken;
import io.github.refragstreams.schemas.Citation;
import io.github.refragstreams.schemas.CitationReason;
import io.github.refragstreams.schemas.Document;
import io.github.refragstreams.schemas.EncodedPassage;
import io.github.refragstreams.schemas.GivenTurn;
import io.github.refragstreams.schemas.Mode;
import io.github.refragstreams.schemas.PassageReading;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.QueryOptions;
import io.github.refragstreams.schemas.RetrievedPassage;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;

/** One example of each event, with every field set. */
final class Events {
  private static final Instant TIME = Instant.ofEpochMilli(1_790_000_000_123L);

  private Events() {}

  static Query query() {
    return Query.newBuilder()
        .setQueryId("q-1")
        .setConversationId("c-1")
        .setQuestion("What is the capital of Mongolia? Улаанбаатар 🏔")
        .setExpectedPassages(5)
        .setDeadlineMs(2_000L)
        .setOptions(
            QueryOptions.newBuilder()
                .setMaxAnswerTokens(32)
                .setExpandFraction(0.15f)
                .setMaxPositions(2_048)
                .setChunkTokens(4)
                .setMode(Mode.COMPRESSED)
                .setStreamTokens(false)
                .setExplain(true)
                .build())
        .setHistory(List.of(new GivenTurn("Where is it?", "In Asia.")))
        .setCreatedAt(TIME)
        .build();
  }

  static RetrievedPassage passage() {
    return RetrievedPassage.newBuilder()
        .setQueryId("q-1")
        .setConversationId("c-1")
        .setPassageId("p-7")
        .setRank(2)
        .setScore(11.5)
        .setTitle("Mongolia")
        .setText("Ulaanbaatar is the capital.")
        .setSourceUri("urn:factbook:mongolia")
        .setTotal(5)
        .build();
  }

  static Document document() {
    return Document.newBuilder()
        .setDocumentId("d-1")
        .setTitle("Mongolia")
        .setText("A landlocked country.")
        .build();
  }

  static Answer answer() {
    return Answer.newBuilder()
        .setQueryId("q-1")
        .setConversationId("c-1")
        .setGenerationId("g-1")
        .setText("Ulaanbaatar")
        .setStatus(AnswerStatus.PARTIAL)
        .setCitations(List.of(new Citation("p-7", 0, 1, 0, 11, CitationReason.QUOTED)))
        .setStats(stats())
        .setReading(
            List.of(
                new PassageReading(
                    "p-7", true, List.of(0, 11), List.of(1), true, List.of(0.5f, 2f))))
        .setModel("smollm2-135m-refrag@1")
        .setAnsweredAt(TIME)
        .build();
  }

  static AnswerToken answerToken() {
    return new AnswerToken("q-1", "g-1", 3, "bat", true);
  }

  static EncodedPassage encodedPassage() {
    return new EncodedPassage(
        passage(),
        4,
        "encoder-1",
        2,
        ByteBuffer.wrap(new byte[] {1, 2, 3, 4}),
        ByteBuffer.wrap(new byte[] {7, 8, 9, 10}),
        ByteBuffer.wrap(new byte[] {5, 0, 0, 0}),
        ByteBuffer.wrap(new byte[] {6, 0, 0, 0}),
        true,
        0L);
  }

  private static AnswerStats stats() {
    return AnswerStats.newBuilder()
        .setPassages(4)
        .setPassagesLeftOut(1)
        .setChunks(40)
        .setChunksCached(30)
        .setChunksExpanded(6)
        .setChunkTokens(4)
        .setExpandFraction(0.15f)
        .setContextTokens(160)
        .setPromptPositions(120)
        .setCompression(2.5f)
        .setQueueMs(1L)
        .setEncodeMs(2L)
        .setPolicyMs(3L)
        .setPrefillMs(4L)
        .setDecodeMs(5L)
        .setTimeToFirstTokenMs(6L)
        .setAnswerTokens(7)
        .setAnswerCut(true)
        .setHistoryTurns(8)
        .setHistoryTurnsRaw(2)
        .setLoadLevel(4)
        .build();
  }
}
