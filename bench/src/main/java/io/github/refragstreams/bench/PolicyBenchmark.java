package io.github.refragstreams.bench;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.LexicalChunkPolicy;
import io.github.refragstreams.model.PassageContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Scoring of the chunks of one query, by number of passages of 300 words. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class PolicyBenchmark {
  private static final int WORDS = 300;
  private static final int CHUNK_TOKENS = 4;
  private static final int DIMENSION = 8;

  @Param({"5", "20", "100"})
  private int passages;

  private final LexicalChunkPolicy policy = new LexicalChunkPolicy();
  private final List<PassageContext> contexts = new ArrayList<>();

  /** Random words of a small vocabulary, one token a word. */
  @Setup
  public void fill() {
    Random random = new Random(7);
    contexts.clear();
    for (int p = 0; p < passages; p++) {
      StringBuilder text = new StringBuilder();
      int[] ids = new int[WORDS];
      int[] ends = new int[WORDS];
      for (int w = 0; w < WORDS; w++) {
        ids[w] = random.nextInt(2_000);
        text.append("word").append(ids[w]).append(' ');
        ends[w] = text.length();
      }
      ChunkedText chunks = new ChunkedText(CHUNK_TOKENS, ids, ends, 0);
      byte[] halves = new byte[2 * DIMENSION * chunks.chunks()];
      ChunkVectors vectors = ChunkVectors.ofHalves(chunks.chunks(), DIMENSION, halves);
      contexts.add(new PassageContext("p" + p, p, null, null, text.toString(), chunks, vectors));
    }
  }

  /** One query of five terms. */
  @Benchmark
  public List<float[]> score() {
    return policy.score("word1 word20 word300 word1500 word7?", contexts);
  }
}
