package io.github.refragstreams.model;

import java.util.List;

/**
 * What the decoder will read for one query, and why.
 *
 * @param prompt the mixed prompt, head not included
 * @param history earlier turns in the prompt, oldest first
 * @param passages passages in the prompt, in prompt order
 * @param raw per passage in the prompt, one flag per chunk: raw or compressed
 * @param scores per passage in the prompt, the policy's score per chunk; 0 where all chunks are
 *     treated alike
 * @param leftOut passages that did not fit, lowest-ranked last
 * @param contextTokens tokens of the passages in the prompt before compression
 * @param contextPositions positions spent on them, labels not counted
 * @param promptPositions positions of the whole prompt, head included
 * @param policyMillis time spent on scoring and planning
 */
public record AnswerPlan(
    Prompt prompt,
    List<PastTurn> history,
    List<PassageContext> passages,
    List<boolean[]> raw,
    List<float[]> scores,
    List<PassageContext> leftOut,
    int contextTokens,
    int contextPositions,
    int promptPositions,
    long policyMillis) {

  /** Chunks of the passages in the prompt. */
  public int chunks() {
    return raw.stream().mapToInt(flags -> flags.length).sum();
  }

  /** Chunks that stay raw. */
  public int chunksExpanded() {
    int expanded = 0;
    for (boolean[] flags : raw) {
      for (boolean flag : flags) {
        expanded += flag ? 1 : 0;
      }
    }
    return expanded;
  }

  /** Earlier turns in the prompt that are read token by token. */
  public int rawTurns() {
    return (int) history.stream().filter(turn -> turn.vectors() == null).count();
  }

  /** Context tokens per position spent on context; 1 without context. */
  public float compression() {
    return contextPositions == 0 ? 1f : (float) contextTokens / contextPositions;
  }

  @Override
  public String toString() {
    return "AnswerPlan[turns="
        + history.size()
        + ", passages="
        + passages.size()
        + ", chunks="
        + chunks()
        + ", expanded="
        + chunksExpanded()
        + ", positions="
        + promptPositions
        + "]";
  }
}
