package io.github.refragstreams.app.eval;

import io.github.refragstreams.model.Prompt;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What it costs to read a prompt: raw positions run through the layers below the injection, all
 * positions through those above it, and attention grows with the square in both. No coefficient is
 * negative, so that more never costs less. The head is not counted: it is read before.
 *
 * @param fixedMillis whatever the prompt is
 * @param rawMillis per raw position
 * @param rawSquaredMillis per square of raw positions
 * @param positionMillis per position
 * @param positionSquaredMillis per square of positions
 * @param samples what the coefficients were fitted to
 */
public record PrefillCost(
    double fixedMillis,
    double rawMillis,
    double rawSquaredMillis,
    double positionMillis,
    double positionSquaredMillis,
    List<Sample> samples) {
  /**
   * A measured prompt.
   *
   * @param rawPositions positions that are raw tokens
   * @param vectorPositions positions that are vectors
   * @param millis time to read it, above 0
   */
  public record Sample(int rawPositions, int vectorPositions, double millis) {}

  public PrefillCost {
    samples = List.copyOf(samples);
  }

  /**
   * @param samples raw prompts and prompts of vectors, some lengths of each
   */
  public static PrefillCost fit(List<Sample> samples) {
    double[][] rows = new double[samples.size()][];
    double[] targets = new double[samples.size()];
    for (int i = 0; i < rows.length; i++) {
      Sample sample = samples.get(i);
      double raw = sample.rawPositions();
      double all = raw + sample.vectorPositions();
      // Relative errors: short prompts count as much as long ones.
      double weight = 1 / sample.millis();
      rows[i] =
          new double[] {weight, weight * raw, weight * raw * raw, weight * all, weight * all * all};
      targets[i] = 1;
    }
    double[] fit = NonNegativeFit.of(rows, targets);
    return new PrefillCost(fit[0], fit[1], fit[2], fit[3], fit[4], samples);
  }

  /** Milliseconds to read a prompt. */
  public double millis(int rawPositions, int vectorPositions) {
    double raw = rawPositions;
    double all = raw + vectorPositions;
    return fixedMillis
        + raw * (rawMillis + raw * rawSquaredMillis)
        + all * (positionMillis + all * positionSquaredMillis);
  }

  /** Milliseconds to read {@code prompt}. */
  double millis(Prompt prompt) {
    int raw = prompt.rawTokens();
    return millis(raw, prompt.positions() - raw);
  }

  /** The values by name. */
  Map<String, Object> values() {
    List<Map<String, Object>> measured = new ArrayList<>();
    for (Sample sample : samples) {
      Map<String, Object> values = new LinkedHashMap<>();
      values.put("raw", sample.rawPositions());
      values.put("vectors", sample.vectorPositions());
      values.put("ms", sample.millis());
      values.put("fit_ms", millis(sample.rawPositions(), sample.vectorPositions()));
      measured.add(values);
    }
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("fixed_ms", fixedMillis);
    values.put("raw_ms", rawMillis);
    values.put("raw_squared_ms", rawSquaredMillis);
    values.put("position_ms", positionMillis);
    values.put("position_squared_ms", positionSquaredMillis);
    values.put("samples", measured);
    return values;
  }
}
