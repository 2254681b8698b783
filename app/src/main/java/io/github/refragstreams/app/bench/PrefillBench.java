package io.github.refragstreams.app.bench;

import io.github.refragstreams.app.eval.Medians;
import io.github.refragstreams.app.eval.PrefillCost;
import io.github.refragstreams.model.AnswerDecoder;
import io.github.refragstreams.model.AnswerDecoder.Sampling;
import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.model.Prompt;
import io.github.refragstreams.model.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Reads raw prompts and prompts of vectors, some lengths of each, to learn what prompts cost. */
public final class PrefillBench {
  private static final int LONGEST = 1_536;

  /** Where a short prompt's fixed cost shows, and where attention does: 64, 256, 768 and 1,536. */
  private static final List<Integer> PARTS_OF_LONGEST = List.of(24, 6, 2, 1);

  private final AnswerDecoder decoder;
  private final int[] ids;
  private final ChunkVectors vectors;

  /**
   * @param text real text with at least one token; its tokens and vectors are used again and again
   * @param chunkTokens k
   */
  public PrefillBench(Models models, String text, int chunkTokens) {
    ChunkedText chunks = models.chunker().chunk(null, text, chunkTokens);
    decoder = models.decoder();
    ids = chunks.tokenIds();
    vectors = models.encoder().encode(chunks).join();
  }

  /**
   * Interleaves the repetitions of all prompts; one before them is not counted.
   *
   * @param repetitions at least 1
   */
  public PrefillCost run(int repetitions) {
    List<Prompt> prompts = prompts();
    double[][] millis = new double[prompts.size()][repetitions];
    for (int repetition = -1; repetition < repetitions; repetition++) {
      for (int i = 0; i < prompts.size(); i++) {
        double read = read(prompts.get(i));
        if (repetition >= 0) {
          millis[i][repetition] = read;
        }
      }
    }
    return PrefillCost.fit(
        IntStream.range(0, prompts.size())
            .mapToObj(i -> sample(prompts.get(i), Medians.of(millis[i])))
            .toList());
  }

  private List<Prompt> prompts() {
    // One position is for the first token.
    int longest = Math.min(LONGEST, decoder.maxPositions() - decoder.headPositions() - 1);
    List<Prompt> prompts = new ArrayList<>();
    for (int part : PARTS_OF_LONGEST) {
      int length = Math.max(1, longest / part);
      int[] raw = IntStream.range(0, length).map(i -> ids[i % ids.length]).toArray();
      int[] rows = IntStream.range(0, length).map(i -> i % vectors.rows()).toArray();
      prompts.add(new Prompt(List.of(new Segment.Tokens(raw))));
      prompts.add(new Prompt(List.of(new Segment.Chunks(vectors, rows))));
    }
    return prompts;
  }

  private double read(Prompt prompt) {
    return decoder
        .generate(prompt, Sampling.greedy(1), (index, piece) -> {})
        .join()
        .timeToFirstTokenMillis();
  }

  private static PrefillCost.Sample sample(Prompt prompt, double millis) {
    int raw = prompt.rawTokens();
    return new PrefillCost.Sample(raw, prompt.positions() - raw, millis);
  }
}
