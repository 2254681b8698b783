package io.github.refragstreams.model;

import java.util.concurrent.CompletableFuture;

/**
 * Generates answers, many at a time: requests join and leave the running batch between steps. Safe
 * for use by many threads.
 */
public interface AnswerDecoder extends AutoCloseable {

  /**
   * How to generate.
   *
   * @param maxTokens most tokens, at least 1
   * @param temperature 0 = greedy
   * @param topP share of probability to sample from, above 0 up to 1
   * @param seed seed of the sampling
   */
  record Sampling(int maxTokens, float temperature, float topP, long seed) {
    public Sampling {
      require(maxTokens >= 1, "maxTokens", maxTokens, "at least 1");
      require(temperature >= 0f, "temperature", temperature, "0 or more");
      require(topP > 0f && topP <= 1f, "topP", topP, "above 0, up to 1");
    }

    private static void require(boolean holds, String name, Number value, String expected) {
      if (!holds) {
        throw new IllegalArgumentException(name + " is " + value + "; it must be " + expected);
      }
    }

    public static Sampling greedy(int maxTokens) {
      return new Sampling(maxTokens, 0f, 1f, 0L);
    }
  }

  /** Receives tokens on the decoder's thread: returns at once, never throws. */
  @FunctionalInterface
  interface TokenListener {
    /**
     * @param index place in the generation, from 0
     * @param text text that this token completes; empty while a character is incomplete. White
     *     space before the first word is left out
     */
    void onToken(int index, String text);
  }

  /**
   * A finished generation.
   *
   * @param text the answer, trimmed of nothing: the concatenation of the tokens' texts
   * @param tokens tokens generated, the stop token not counted
   * @param cut whether it ended because it had as many tokens as it may
   * @param promptPositions positions of the whole prompt, head included
   * @param queueMillis waiting for a slot
   * @param prefillMillis reading the prompt
   * @param decodeMillis first to last token
   * @param timeToFirstTokenMillis submission to first token
   */
  record Generation(
      String text,
      int tokens,
      boolean cut,
      int promptPositions,
      long queueMillis,
      long prefillMillis,
      long decodeMillis,
      double timeToFirstTokenMillis) {
    @Override
    public String toString() {
      return "Generation[tokens=" + tokens + ", promptPositions=" + promptPositions + "]";
    }
  }

  /** Positions of the prompt head, prefilled once per process and part of every prompt. */
  int headPositions();

  /** Most positions of prompt and answer together. */
  int maxPositions();

  /**
   * Never waits. Cancelling the future stops the generation at the next step.
   *
   * @return completes on the decoder's thread; fails with {@link ModelException}: INPUT for a
   *     prompt that cannot fit, BUSY when too many requests wait
   */
  CompletableFuture<Generation> generate(Prompt prompt, Sampling sampling, TokenListener listener);

  /** Stops the decoder; unfinished generations fail with TRANSIENT. */
  @Override
  void close();
}
