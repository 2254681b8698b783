package io.github.refragstreams.app.eval;

import io.github.refragstreams.app.faults.CharacterTokenizer;
import io.github.refragstreams.model.AnswerDecoder;
import io.github.refragstreams.model.AnswerPlan;
import io.github.refragstreams.model.AnswerPlanner;
import io.github.refragstreams.model.BundleInfo;
import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.Chunker;
import io.github.refragstreams.model.ExpansionBudget;
import io.github.refragstreams.model.ExpansionMode;
import io.github.refragstreams.model.ExpansionPlanner;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.model.PassageContext;
import io.github.refragstreams.model.PassageEncoder;
import io.github.refragstreams.model.PastTurn;
import io.github.refragstreams.model.PlanOptions;
import io.github.refragstreams.model.Prompt;
import io.github.refragstreams.model.Segment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Models of one dimension with one token per character: a chunk's vector is the sum of its ids. The
 * policy scores the first chunk of every passage 1, others 0; labels take one position, the head
 * three, the question one per character. Passages that do not fit are left out; earlier turns are
 * in every plan and take no position.
 */
public final class FakeModels {
  static final int HEAD = 3;
  static final int LABEL = 0;

  private FakeModels() {}

  /**
   * @param answer what the decoder says to a prompt
   */
  public static Models answering(Function<Prompt, String> answer) {
    return with(new FixedDecoder(answer, prompt -> 10));
  }

  /**
   * @param millis time to the first token that the decoder claims for a prompt
   */
  public static Models taking(ToDoubleFunction<Prompt> millis) {
    return with(new FixedDecoder(prompt -> "", millis));
  }

  private static Models with(AnswerDecoder decoder) {
    return new Models(
        new BundleInfo("fake", "1", "fake-encoder", 1, List.of(2, 4), 2, false),
        new Chunker(new CharacterTokenizer()),
        new SumEncoder(),
        new FirstChunkPlanner(),
        (plan, text) -> List.of(),
        decoder);
  }

  private static final class SumEncoder implements PassageEncoder {
    @Override
    public CompletableFuture<ChunkVectors> encode(ChunkedText passage, Asker asker) {
      float[] sums = new float[passage.chunks()];
      for (int c = 0; c < sums.length; c++) {
        sums[c] = Arrays.stream(passage.chunkIds(c)).sum();
      }
      return CompletableFuture.completedFuture(ChunkVectors.ofFloats(sums.length, 1, sums));
    }

    @Override
    public void close() {}
  }

  private static final class FirstChunkPlanner implements AnswerPlanner {
    @Override
    public AnswerPlan plan(
        String question,
        List<PastTurn> history,
        List<PassageContext> passages,
        PlanOptions options) {
      List<PassageContext> in = new ArrayList<>();
      List<PassageContext> leftOut = new ArrayList<>();
      int left = options.maxPositions() - HEAD - question.length();
      for (PassageContext passage : passages) {
        ChunkedText chunks = passage.chunks();
        int least = 1 + (options.mode() == ExpansionMode.FULL ? chunks.tokens() : chunks.chunks());
        if (least > left) {
          leftOut.add(passage);
        } else {
          left -= least;
          in.add(passage);
        }
      }
      List<ChunkedText> texts = in.stream().map(PassageContext::chunks).toList();
      List<float[]> scores = texts.stream().map(FirstChunkPlanner::scores).toList();
      List<boolean[]> flags =
          ExpansionPlanner.expand(texts, scores, budget(options), 1, Integer.MAX_VALUE);
      List<Segment> segments = new ArrayList<>();
      for (int p = 0; p < in.size(); p++) {
        segments.addAll(segments(in.get(p), flags.get(p), options.mode()));
      }
      segments.add(new Segment.Tokens(question.chars().toArray()));
      Prompt prompt = new Prompt(segments);
      return new AnswerPlan(
          options.mode(),
          prompt,
          history,
          in,
          flags,
          scores,
          leftOut,
          HEAD + prompt.positions(),
          0);
    }

    private static ExpansionBudget budget(PlanOptions options) {
      return switch (options.mode()) {
        case MIXED, SELECTED -> options.expansion();
        case COMPRESSED -> ExpansionBudget.of(0);
        case FULL -> ExpansionBudget.of(1);
      };
    }

    /** The label and what is read behind it; nothing where nothing is. */
    private static List<Segment> segments(
        PassageContext passage, boolean[] raw, ExpansionMode mode) {
      List<Segment> segments = new ArrayList<>();
      for (int c = 0; c < raw.length; c++) {
        if (raw[c]) {
          segments.add(new Segment.Tokens(passage.chunks().chunkIds(c)));
        } else if (mode != ExpansionMode.SELECTED) {
          segments.add(new Segment.Chunks(passage.vectors(), new int[] {c}));
        }
      }
      if (!segments.isEmpty()) {
        segments.add(0, new Segment.Tokens(new int[] {LABEL}));
      }
      return segments;
    }

    private static float[] scores(ChunkedText chunks) {
      float[] scores = new float[chunks.chunks()];
      scores[0] = 1;
      return scores;
    }
  }

  private record FixedDecoder(Function<Prompt, String> answer, ToDoubleFunction<Prompt> millis)
      implements AnswerDecoder {
    @Override
    public int headPositions() {
      return HEAD;
    }

    @Override
    public int maxPositions() {
      return 1_000;
    }

    @Override
    public CompletableFuture<Generation> generate(
        Prompt prompt, Sampling sampling, TokenListener listener) {
      return CompletableFuture.completedFuture(
          new Generation(
              answer.apply(prompt),
              1,
              false,
              HEAD + prompt.positions(),
              0,
              0,
              0,
              millis.applyAsDouble(prompt)));
    }

    @Override
    public void close() {}
  }
}
