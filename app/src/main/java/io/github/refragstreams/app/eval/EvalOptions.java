package io.github.refragstreams.app.eval;

import java.util.List;

/**
 * How to evaluate.
 *
 * @param systems the systems to compare, in the order of the report
 * @param chunkTokens k
 * @param expandFraction share of the chunks that stay raw where the policy picks, 0 to 1
 * @param maxAnswerTokens most tokens of an answer
 * @param maxPositions most positions of a prompt
 * @param seed seed of the intervals
 */
public record EvalOptions(
    List<EvalSystem> systems,
    int chunkTokens,
    float expandFraction,
    int maxAnswerTokens,
    int maxPositions,
    long seed) {
  public EvalOptions {
    systems = List.copyOf(systems);
  }
}
