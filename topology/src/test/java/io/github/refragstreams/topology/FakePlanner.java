package io.github.refragstreams.topology;

import io.github.refragstreams.model.AnswerPlan;
import io.github.refragstreams.model.AnswerPlanner;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.ExpansionMode;
import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.PassageContext;
import io.github.refragstreams.model.PastTurn;
import io.github.refragstreams.model.PlanOptions;
import io.github.refragstreams.model.Prompt;
import io.github.refragstreams.model.Segment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Keeps the first chunk of every passage raw where it chooses, none at share 0. Passages enter by
 * rank while they fit, labels take no position, the question one per character. The history enters
 * as it is.
 */
final class FakePlanner implements AnswerPlanner {
  @Override
  public AnswerPlan plan(
      String question, List<PastTurn> history, List<PassageContext> passages, PlanOptions options) {
    int left = options.maxPositions() - FakeDecoder.HEAD - question.length();
    if (left < 0) {
      throw new ModelException(ModelException.Kind.INPUT, "the question does not fit");
    }
    List<PassageContext> byRank = new ArrayList<>(passages);
    byRank.sort(Comparator.comparingInt(PassageContext::rank));
    List<Segment> segments = new ArrayList<>();
    List<PassageContext> in = new ArrayList<>();
    List<PassageContext> out = new ArrayList<>();
    List<boolean[]> flags = new ArrayList<>();
    int context = 0;
    for (PassageContext passage : byRank) {
      boolean[] raw = raw(passage.chunks(), options);
      List<Segment> parts = parts(passage, raw, options.mode());
      int positions = parts.stream().mapToInt(Segment::positions).sum();
      if (context + positions <= left) {
        in.add(passage);
        flags.add(raw);
        segments.addAll(parts);
        context += positions;
      } else {
        out.add(passage);
      }
    }
    for (PastTurn turn : history) {
      segments.add(
          turn.vectors() == null
              ? new Segment.Tokens(turn.chunks().tokenIds())
              : new Segment.Chunks(
                  turn.vectors(), IntStream.range(0, turn.chunks().chunks()).toArray()));
    }
    segments.add(new Segment.Tokens(question.chars().toArray()));
    Prompt prompt = new Prompt(segments);
    return new AnswerPlan(
        options.mode(),
        prompt,
        history,
        in,
        flags,
        flags.stream().map(f -> new float[f.length]).toList(),
        out,
        FakeDecoder.HEAD + prompt.positions(),
        0);
  }

  private static boolean[] raw(ChunkedText chunks, PlanOptions options) {
    boolean chooses = options.mode().chooses() && !options.expansion().isNothing();
    boolean[] raw = new boolean[chunks.chunks()];
    for (int c = 0; c < raw.length; c++) {
      raw[c] = options.mode() == ExpansionMode.FULL || (chooses && c == 0);
    }
    return raw;
  }

  private static List<Segment> parts(PassageContext passage, boolean[] raw, ExpansionMode mode) {
    List<Segment> parts = new ArrayList<>();
    for (int c = 0; c < raw.length; c++) {
      if (raw[c]) {
        parts.add(new Segment.Tokens(passage.chunks().chunkIds(c)));
      } else if (mode != ExpansionMode.SELECTED) {
        parts.add(new Segment.Chunks(passage.vectors(), new int[] {c}));
      }
    }
    return parts;
  }
}
