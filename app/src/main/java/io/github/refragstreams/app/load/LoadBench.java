package io.github.refragstreams.app.load;

import java.util.Locale;
import java.util.function.Consumer;

/**
 * What every section works with.
 *
 * @param workload as many questions as one measurement asks
 * @param progress receives a line now and then
 */
record LoadBench(
    LoadWorld world, Workload workload, LoadOptions options, Consumer<String> progress) {

  /** How often all questions are asked: ramp and tail must not count for much. */
  private static final int ROUNDS = 4;

  /** The questions, asked of a deployment. */
  Asking asking(Deployment deployment) {
    return new Asking(deployment.client(), workload, options.answers());
  }

  /** Answers per second that the machine is capable of at full quality, from cached vectors. */
  double capacity() {
    return capacity(Setup.atFullQuality());
  }

  /** Answers per second that the machine is capable of in a setup. */
  double capacity(Setup setup) {
    try (Deployment deployment = world.deploy(setup)) {
      Asking asking = asking(deployment);
      asking.warmUp();
      double capacity =
          asking.closed(LoadOptions.BUSY, ROUNDS * workload.size()).answersPerSecond();
      progress.accept(String.format(Locale.ROOT, "capacity %.2f answers/s", capacity));
      return capacity;
    }
  }
}
