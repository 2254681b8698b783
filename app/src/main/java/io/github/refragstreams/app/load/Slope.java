package io.github.refragstreams.app.load;

/** The straight line that fits points best, by least squares. */
final class Slope {
  private Slope() {}

  /**
   * Growth of y per unit of x; 0 where all x are the same.
   *
   * @param x as many as y
   */
  static double of(double[] x, double[] y) {
    double meanX = 0;
    double meanY = 0;
    for (int i = 0; i < x.length; i++) {
      meanX += x[i] / x.length;
      meanY += y[i] / x.length;
    }
    double covariance = 0;
    double variance = 0;
    for (int i = 0; i < x.length; i++) {
      covariance += (x[i] - meanX) * (y[i] - meanY);
      variance += (x[i] - meanX) * (x[i] - meanX);
    }
    return variance == 0 ? 0 : covariance / variance;
  }
}
