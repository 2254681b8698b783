package io.github.refragstreams.app.eval;

/**
 * One answer of one system.
 *
 * @param id the question's id
 * @param system the system
 * @param text the answer
 * @param exactMatch 0 or 1
 * @param f1 token F1
 * @param positions positions of the prompt
 */
public record Prediction(
    String id, EvalSystem system, String text, double exactMatch, double f1, int positions) {
  @Override
  public String toString() {
    return "Prediction[id=" + id + ", system=" + system.id() + "]";
  }
}
