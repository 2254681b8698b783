package io.github.refragstreams.app.eval;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Least squares with coefficients that are not negative. */
final class NonNegativeFit {
  /** Of columns of length 1, the squared rest that makes a column a sum of the ones before it. */
  private static final double DEPENDENT = 1e-10;

  private NonNegativeFit() {}

  /**
   * The best fit is an ordinary one over some of the columns, so all choices of columns are tried.
   *
   * @param rows one factor per coefficient; at least one row, few columns
   * @param targets one value per row
   * @return one coefficient per column, 0 or more
   */
  static double[] of(double[][] rows, double[] targets) {
    int columns = rows[0].length;
    double[] best = new double[columns];
    double least = squaredError(rows, targets, best);
    for (int choice = 1; choice < 1 << columns; choice++) {
      double[] fit = fit(rows, targets, chosen(columns, choice));
      if (fit == null || Arrays.stream(fit).anyMatch(coefficient -> coefficient < 0)) {
        continue;
      }
      double error = squaredError(rows, targets, fit);
      if (error < least) {
        best = fit;
        least = error;
      }
    }
    return best;
  }

  private static int[] chosen(int columns, int choice) {
    return IntStream.range(0, columns).filter(c -> (choice >> c & 1) == 1).toArray();
  }

  /** Solves the normal equations of the chosen columns; null when those depend on each other. */
  private static double @Nullable [] fit(double[][] rows, double[] targets, int[] chosen) {
    int n = chosen.length;
    double[] lengths = new double[n];
    for (int i = 0; i < n; i++) {
      int column = chosen[i];
      lengths[i] = Math.sqrt(Arrays.stream(rows).mapToDouble(r -> r[column] * r[column]).sum());
    }
    double[][] equations = new double[n][n + 1];
    for (int row = 0; row < rows.length; row++) {
      for (int i = 0; i < n; i++) {
        // Columns differ by orders of magnitude; at length 1 their pivots can be compared.
        double factor = rows[row][chosen[i]] / lengths[i];
        for (int j = 0; j < n; j++) {
          equations[i][j] += factor * rows[row][chosen[j]] / lengths[j];
        }
        equations[i][n] += factor * targets[row];
      }
    }
    if (!solve(equations)) {
      return null;
    }
    double[] coefficients = new double[rows[0].length];
    for (int i = 0; i < n; i++) {
      coefficients[chosen[i]] = equations[i][n] / lengths[i];
    }
    return coefficients;
  }

  /** Leaves the solution in the last column; false when there is no single one. */
  private static boolean solve(double[][] equations) {
    int n = equations.length;
    for (int pivot = 0; pivot < n; pivot++) {
      double[] upper = equations[pivot];
      double divisor = upper[pivot];
      if (!(divisor > DEPENDENT)) {
        return false;
      }
      for (int column = pivot; column <= n; column++) {
        upper[column] /= divisor;
      }
      for (int row = 0; row < n; row++) {
        double factor = equations[row][pivot];
        for (int column = pivot; row != pivot && column <= n; column++) {
          equations[row][column] -= factor * upper[column];
        }
      }
    }
    return true;
  }

  private static double squaredError(double[][] rows, double[] targets, double[] coefficients) {
    double sum = 0;
    for (int row = 0; row < rows.length; row++) {
      double error = -targets[row];
      for (int i = 0; i < coefficients.length; i++) {
        error += rows[row][i] * coefficients[i];
      }
      sum += error * error;
    }
    return sum;
  }
}
