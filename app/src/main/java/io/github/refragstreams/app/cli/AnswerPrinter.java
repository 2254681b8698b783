package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.client.AnswerListener;
import io.github.refragstreams.app.text.Printable;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerStats;
import io.github.refragstreams.schemas.AnswerStatus;
import io.github.refragstreams.schemas.Citation;
import io.github.refragstreams.schemas.CitationReason;
import io.github.refragstreams.schemas.RetrievedPassage;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Prints an answer while it is generated, then what it rests on and what it took. */
final class AnswerPrinter implements AnswerListener {
  private static final int LONGEST_QUOTE = 160;

  private final PrintWriter out;
  private final PrintWriter err;

  AnswerPrinter(PrintWriter out, PrintWriter err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public void onText(String text) {
    out.print(Printable.text(text));
    out.flush();
  }

  @Override
  public void onRestart() {
    out.println();
    out.flush();
  }

  @Override
  public void onPassageRefused(String code) {
    err.println("refrag: a passage was refused: " + Printable.line(code));
    err.flush();
  }

  /** After the last piece of text. */
  void finish(Answer answer, List<RetrievedPassage> passages) {
    out.println();
    if (answer.getStatus() != AnswerStatus.COMPLETE) {
      out.println(status(answer.getStatus()));
    }
    citations(answer.getCitations(), passages);
    stats(answer.getStats());
    out.println("  " + Printable.line(answer.getModel()));
    out.flush();
  }

  private void citations(List<Citation> citations, List<RetrievedPassage> passages) {
    Map<String, RetrievedPassage> byId =
        passages.stream()
            .collect(Collectors.toMap(RetrievedPassage::getPassageId, Function.identity()));
    out.println();
    out.println(citations.isEmpty() ? "No citation." : "Citations");
    for (Citation citation : citations) {
      RetrievedPassage passage = byId.get(citation.getPassageId());
      String title = passage == null || passage.getTitle() == null ? "" : passage.getTitle() + ", ";
      out.printf(
          Locale.ROOT,
          "  %s (%scharacters %d-%d, %s)%n",
          Printable.line(citation.getPassageId()),
          Printable.line(title),
          citation.getStart(),
          citation.getEnd(),
          citation.getReason() == CitationReason.EXPANDED ? "read raw" : "read from vectors");
      if (passage != null) {
        out.println("    " + Printable.line(quote(passage.getText(), citation)));
      }
    }
  }

  private static String quote(String text, Citation citation) {
    int end = Math.min(citation.getEnd(), text.length());
    int start = Math.min(citation.getStart(), end);
    String quote = text.substring(start, end).replaceAll("\\s+", " ").strip();
    return '"'
        + (quote.length() > LONGEST_QUOTE ? quote.substring(0, LONGEST_QUOTE) + "..." : quote)
        + '"';
  }

  private void stats(AnswerStats stats) {
    out.println();
    out.println("Stats");
    out.printf(
        Locale.ROOT,
        "  context   passages %d, tokens %d, chunks of %d tokens: %d, of these raw %d, cached %d%n",
        stats.getPassages(),
        stats.getContextTokens(),
        stats.getChunkTokens(),
        stats.getChunks(),
        stats.getChunksExpanded(),
        stats.getChunksCached());
    if (stats.getHistoryTurns() > 0) {
      out.printf(
          Locale.ROOT,
          "  history   turns %d, of these raw %d%n",
          stats.getHistoryTurns(),
          stats.getHistoryTurnsRaw());
    }
    out.printf(
        Locale.ROOT,
        "  prompt    %d positions, passages compressed %.1fx%n",
        stats.getPromptPositions(),
        stats.getCompression());
    out.printf(
        Locale.ROOT,
        "  time      encode %d ms, queue %d ms, policy %d ms, prefill %d ms, decode %d ms for %d"
            + " tokens%n",
        stats.getEncodeMs(),
        stats.getQueueMs(),
        stats.getPolicyMs(),
        stats.getPrefillMs(),
        stats.getDecodeMs(),
        stats.getAnswerTokens());
    out.printf(Locale.ROOT, "  first token after %d ms%n", stats.getTimeToFirstTokenMs());
  }

  private static String status(AnswerStatus status) {
    return switch (status) {
      case PARTIAL -> "(answered before all passages had arrived)";
      case NO_CONTEXT -> "(answered without any passage)";
      case TRUNCATED -> "(the lowest-ranked passages did not fit)";
      case COMPLETE -> "";
    };
  }
}
