package io.github.refragstreams.it;

import io.github.refragstreams.model.ChunkEncoder;
import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.ModelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A chunk's vector of one component is the sum of its ids. A batch with a poisonous passage fails
 * as a whole; while the gate is closed, the encoder is stuck.
 */
final class SumEncoder implements ChunkEncoder {
  static final String POISON = "poison";

  private final CharacterTokenizer tokenizer = new CharacterTokenizer();
  private final AtomicInteger passages = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();
  final Gate gate = new Gate();

  @Override
  public String id() {
    return "sums";
  }

  @Override
  public int dimension() {
    return 1;
  }

  @Override
  public List<ChunkVectors> encode(List<ChunkedText> batch) {
    waiting.addAndGet(batch.size());
    gate.await();
    waiting.addAndGet(-batch.size());
    List<ChunkVectors> all = new ArrayList<>();
    for (ChunkedText passage : batch) {
      if (tokenizer.decode(passage.tokenIds()).contains(POISON)) {
        throw new ModelException(ModelException.Kind.INPUT, "a passage is poisonous");
      }
      float[] sums = new float[passage.chunks()];
      for (int c = 0; c < sums.length; c++) {
        sums[c] = Arrays.stream(passage.chunkIds(c)).sum();
      }
      all.add(ChunkVectors.ofFloats(sums.length, 1, sums));
    }
    passages.addAndGet(batch.size());
    return all;
  }

  /** Passages that were encoded. */
  int passages() {
    return passages.get();
  }

  /** Passages that are being encoded. */
  int waiting() {
    return waiting.get();
  }

  @Override
  public void close() {}
}
