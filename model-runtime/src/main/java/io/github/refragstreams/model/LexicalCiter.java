package io.github.refragstreams.model;

import io.github.refragstreams.model.internal.text.Word;
import io.github.refragstreams.model.internal.text.Words;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Cites the spans that carry the answer's words: per passage the shortest span with most of them,
 * when it carries at least half. What the decoder has not read carries nothing. Of equal spans, the
 * one whose chunks the policy rates higher comes first.
 */
public final class LexicalCiter implements Citer {
  private static final double LEAST_SHARE = 0.5;
  private static final int MOST_SPANS = 3;

  /** A span may be this many words longer than the answer has terms. */
  private static final int SLACK = 8;

  @Override
  public List<CitedSpan> cite(AnswerPlan plan, String answer) {
    Set<String> terms = Words.terms(answer);
    List<Found> found = new ArrayList<>();
    for (int p = 0; p < plan.passages().size() && !terms.isEmpty(); p++) {
      int index = p;
      best(plan, index, terms)
          .filter(span -> span.carried >= LEAST_SHARE * terms.size())
          .ifPresent(span -> found.add(found(plan, index, span)));
    }
    found.sort(
        Comparator.comparingInt((Found f) -> -f.span.carried)
            .thenComparingInt(f -> f.span.words)
            .thenComparing(Comparator.comparingDouble((Found f) -> f.score).reversed()));
    return found.stream().limit(MOST_SPANS).map(f -> f.cited).toList();
  }

  /** Words from first to last, and how many distinct terms they carry. */
  private record Span(int start, int end, int words, int carried) {
    boolean betterThan(Span other) {
      return carried != other.carried ? carried > other.carried : words < other.words;
    }
  }

  private record Found(CitedSpan cited, Span span, float score) {}

  /** Grows a window over the words that are terms, and shrinks it while it stays too long. */
  private static Optional<Span> best(AnswerPlan plan, int index, Set<String> terms) {
    PassageContext passage = plan.passages().get(index);
    List<Word> words = Words.of(passage.text());
    List<Integer> hits = new ArrayList<>();
    for (int w = 0; w < words.size(); w++) {
      Word word = words.get(w);
      if (terms.contains(word.term()) && readsAll(plan, index, word, word)) {
        hits.add(w);
      }
    }
    Map<String, Integer> inside = new HashMap<>();
    Span best = null;
    int first = 0;
    for (int last = 0; last < hits.size(); last++) {
      inside.merge(words.get(hits.get(last)).term(), 1, Integer::sum);
      while (hits.get(last) - hits.get(first) >= terms.size() + SLACK
          || inside.getOrDefault(words.get(hits.get(first)).term(), 0) > 1
          || !readsAll(plan, index, words.get(hits.get(first)), words.get(hits.get(last)))) {
        inside.computeIfPresent(
            words.get(hits.get(first)).term(), (term, n) -> n == 1 ? null : n - 1);
        first++;
      }
      Span span =
          new Span(
              words.get(hits.get(first)).start(),
              words.get(hits.get(last)).end(),
              hits.get(last) - hits.get(first) + 1,
              inside.size());
      if (best == null || span.betterThan(best)) {
        best = span;
      }
    }
    return Optional.ofNullable(best);
  }

  /** Whether the decoder has read all from one word to another. */
  private static boolean readsAll(AnswerPlan plan, int index, Word from, Word to) {
    ChunkedText chunks = plan.passages().get(index).chunks();
    int last = chunkAt(chunks, chunks.textStart() + to.end() - 1);
    for (int c = chunkAt(chunks, chunks.textStart() + from.start()); c <= last; c++) {
      if (!plan.reads(index, c)) {
        return false;
      }
    }
    return true;
  }

  private static Found found(AnswerPlan plan, int index, Span span) {
    PassageContext passage = plan.passages().get(index);
    ChunkedText chunks = passage.chunks();
    int first = chunkAt(chunks, chunks.textStart() + span.start);
    int last = chunkAt(chunks, chunks.textStart() + span.end - 1);
    boolean expanded = false;
    float score = Float.NEGATIVE_INFINITY;
    for (int c = first; c <= last; c++) {
      expanded |= plan.raw().get(index)[c];
      score = Math.max(score, plan.scores().get(index)[c]);
    }
    CitedSpan cited =
        new CitedSpan(passage.passageId(), first, last, span.start, span.end, expanded);
    return new Found(cited, span, score);
  }

  /** The chunk of the character at {@code position} of the read text. */
  private static int chunkAt(ChunkedText chunks, int position) {
    int chunk = 0;
    while (chunk + 1 < chunks.chunks()
        && chunks.tokenEnds()[chunks.endToken(chunk) - 1] <= position) {
      chunk++;
    }
    return chunk;
  }
}
