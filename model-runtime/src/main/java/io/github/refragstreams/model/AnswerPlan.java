package io.github.refragstreams.model;

import java.util.List;

/**
 * What the decoder will read for one query, and why.
 *
 * @param mode how chunks enter the prompt
 * @param prompt the mixed prompt, head not included
 * @param history earlier turns in the prompt, oldest first
 * @param passages passages that fit, in prompt order; in mode SELECTED those without a raw chunk
 *     are not in the prompt
 * @param raw per passage, one flag per chunk: raw, or compressed; in mode SELECTED raw, or left out
 * @param scores per passage, the policy's score per chunk; 0 where all chunks are treated alike
 * @param leftOut passages that did not fit, lowest-ranked last
 * @param promptPositions positions of the whole prompt, head included
 * @param policyMillis time spent on scoring and planning
 */
public record AnswerPlan(
    ExpansionMode mode,
    Prompt prompt,
    List<PastTurn> history,
    List<PassageContext> passages,
    List<boolean[]> raw,
    List<float[]> scores,
    List<PassageContext> leftOut,
    int promptPositions,
    long policyMillis) {

  /** Whether the decoder reads a chunk at all, raw or as its vector. */
  public boolean reads(int passage, int chunk) {
    return mode != ExpansionMode.SELECTED || raw.get(passage)[chunk];
  }

  /** Chunks of these passages. */
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

  /** Tokens of these passages before compression. */
  public int contextTokens() {
    return passages.stream().mapToInt(passage -> passage.chunks().tokens()).sum();
  }

  /** Positions spent on these passages, labels not counted. */
  public int contextPositions() {
    int positions = 0;
    for (int p = 0; p < raw.size(); p++) {
      for (int c = 0; c < raw.get(p).length; c++) {
        if (raw.get(p)[c]) {
          positions += passages.get(p).chunks().tokens(c);
        } else if (reads(p, c)) {
          positions++;
        }
      }
    }
    return positions;
  }

  /** Context tokens per position spent on context; 1 without context. */
  public float compression() {
    int positions = contextPositions();
    return positions == 0 ? 1f : (float) contextTokens() / positions;
  }

  @Override
  public String toString() {
    return "AnswerPlan[mode="
        + mode
        + ", turns="
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
