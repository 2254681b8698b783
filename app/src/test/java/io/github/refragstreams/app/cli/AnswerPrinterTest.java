package io.github.refragstreams.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerStats;
import io.github.refragstreams.schemas.AnswerStatus;
import io.github.refragstreams.schemas.Citation;
import io.github.refragstreams.schemas.CitationReason;
import io.github.refragstreams.schemas.RetrievedPassage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerPrinterTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final AnswerPrinter printer =
      new AnswerPrinter(new PrintWriter(out), new PrintWriter(err));

  @Test
  void printsAnswerCitationsAndStats() {
    // Given
    RetrievedPassage passage =
        RetrievedPassage.newBuilder()
            .setQueryId("q")
            .setPassageId("p1")
            .setRank(0)
            .setTitle("Mongolia - Government")
            .setText("Capital - name: Ulaanbaatar")
            .build();
    // When
    printer.onText("Ulaan");
    printer.onText("baatar");
    printer.finish(
        answer(
            AnswerStatus.PARTIAL,
            List.of(
                new Citation("p1", 4, 5, 16, 27, CitationReason.EXPANDED),
                new Citation("gone", 0, 0, 0, 3, CitationReason.QUOTED))),
        List.of(passage));
    // Then
    assertThat(out.toString())
        .isEqualToNormalizingNewlines(
            """
            Ulaanbaatar
            (answered before all passages had arrived)

            Citations
              p1 (Mongolia - Government, characters 16-27, read raw)
                "Ulaanbaatar"
              gone (characters 0-3, read from vectors)

            Stats
              context   passages 1, tokens 40, chunks of 4 tokens: 10, of these raw 2, cached 1
              prompt    60 positions, passages compressed 2.5x
              time      encode 7 ms, queue 1 ms, policy 2 ms, prefill 30 ms, decode 9 ms for 5 tokens
              first token after 31 ms
              bundle@1
            """);
  }

  @Test
  void printsNothingThatATerminalWouldObey() {
    // Given
    RetrievedPassage passage =
        RetrievedPassage.newBuilder()
            .setQueryId("q")
            .setPassageId("p\u001b[2J")
            .setRank(0)
            .setTitle("\u001b]0;title\u0007")
            .setText("\u001b[31mred")
            .build();
    // When
    printer.onText("one\ntwo\u001b[1A");
    printer.finish(
        answer(
            AnswerStatus.COMPLETE,
            List.of(new Citation("p\u001b[2J", 0, 3, 0, 8, CitationReason.QUOTED))),
        List.of(passage));
    printer.onPassageRefused("\u001b[2J");
    // Then
    assertThat(out.toString() + err)
        .startsWith("one\ntwo\\u{1b}[1A")
        .contains("p\\u{1b}[2J", "\\u{1b}]0;title\\u{7}", "\"\\u{1b}[31mred\"")
        .doesNotContain("\u001b", "\u0007");
  }

  @Test
  void saysWhichPassagesWereRefused() {
    // When
    printer.onPassageRefused("PASSAGE_TOO_LONG");
    // Then
    assertThat(err.toString().strip()).isEqualTo("refrag: a passage was refused: PASSAGE_TOO_LONG");
  }

  private static Answer answer(AnswerStatus status, List<Citation> citations) {
    AnswerStats stats =
        AnswerStats.newBuilder()
            .setPassages(1)
            .setChunks(10)
            .setChunksCached(1)
            .setChunksExpanded(2)
            .setChunkTokens(4)
            .setExpandFraction(0.15f)
            .setContextTokens(40)
            .setPromptPositions(60)
            .setCompression(2.5f)
            .setQueueMs(1)
            .setEncodeMs(7)
            .setPolicyMs(2)
            .setPrefillMs(30)
            .setDecodeMs(9)
            .setTimeToFirstTokenMs(31)
            .setAnswerTokens(5)
            .build();
    return Answer.newBuilder()
        .setQueryId("q")
        .setGenerationId("g")
        .setText("Ulaanbaatar")
        .setStatus(status)
        .setCitations(citations)
        .setStats(stats)
        .setModel("bundle@1")
        .setAnsweredAt(Instant.EPOCH)
        .build();
  }
}
