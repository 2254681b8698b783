package io.github.refragstreams.model.internal.decode;

import io.github.refragstreams.model.AnswerDecoder.Sampling;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Picks tokens: the best one, or one of the most probable ones that together have the share {@code
 * topP}. The same seed picks the same tokens. For one generation and one thread.
 */
final class Sampler {
  private final Sampling sampling;
  private final SplittableRandom random;

  Sampler(Sampling sampling) {
    this.sampling = sampling;
    this.random = new SplittableRandom(sampling.seed());
  }

  /**
   * Index of the chosen score; of equal best ones the first; -1 where the best is no number. May
   * change {@code logits}.
   */
  int pick(float[] logits) {
    int best = best(logits);
    if (!Float.isFinite(logits[best])) {
      return -1;
    }
    return sampling.temperature() == 0f ? best : draw(logits, logits[best]);
  }

  private static int best(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }

  private int draw(float[] logits, float best) {
    double total = 0;
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) Math.exp((logits[i] - best) / sampling.temperature());
      total += logits[i];
    }
    double share = sampling.topP() * total;
    int[] nucleus = nucleus(logits, share);
    double mass = 0;
    int size = 0;
    while (size < nucleus.length && mass < share) {
      mass += logits[nucleus[size++]];
    }
    double at = random.nextDouble() * mass;
    int chosen = 0;
    while (chosen < size - 1 && at >= logits[nucleus[chosen]]) {
      at -= logits[nucleus[chosen++]];
    }
    return nucleus[chosen];
  }

  /**
   * Indices by falling weight that together reach {@code share}. Most weights are tiny, so only
   * those above a cut are sorted; the cut falls until enough are above it.
   */
  private static int[] nucleus(float[] weights, double share) {
    for (float cut = 0.5f; cut > Float.MIN_NORMAL; cut /= 16) {
      double mass = 0;
      int count = 0;
      for (float weight : weights) {
        if (weight >= cut) {
          mass += weight;
          count++;
        }
      }
      if (mass >= share) {
        return above(weights, cut, count);
      }
    }
    return above(weights, 0f, weights.length);
  }

  private static int[] above(float[] weights, float cut, int count) {
    // Weight (never negative, so its bits sort like it) above, index below, negated to fall.
    long[] keys = new long[count];
    int n = 0;
    for (int i = 0; i < weights.length && n < count; i++) {
      if (weights[i] >= cut) {
        keys[n++] = ((long) -Float.floatToRawIntBits(weights[i]) << 32) | i;
      }
    }
    Arrays.sort(keys);
    return Arrays.stream(keys).mapToInt(key -> (int) key).toArray();
  }
}
