package io.github.refragstreams.app.load;

import java.util.function.Consumer;
import java.util.function.Function;

/** What can be measured, each by itself. */
public enum Section {
  /** Answers per second by concurrency, compressed and in full. */
  THROUGHPUT(Throughput::run),
  /** Time to the first token at half load. */
  TTFT(FirstToken::run),
  /** More stream threads and instances than cores. */
  THREADS(Comparison::threads),
  /** Chunks per second through Kafka and without; repetitions. */
  ENCODING(Encoding::run),
  /** Documents beside questions. */
  WARMING(Warming::run),
  /** Exactly once against at least once. */
  GUARANTEES(Comparison::guarantees),
  /** Twice the capacity. */
  OVERLOAD(Overload::run),
  /** Restart with a full cache. */
  RESTORE(Restoring::run),
  /** Long-time use of memory, threads and files. */
  SOAK(Soak::run);

  private final Function<LoadBench, Measured> measurement;

  Section(Function<LoadBench, Measured> measurement) {
    this.measurement = measurement;
  }

  /**
   * Measures; from a minute to half an hour.
   *
   * @param workload as many questions as {@code options} say
   * @param progress receives a line now and then
   */
  public Measured measure(
      LoadWorld world, Workload workload, LoadOptions options, Consumer<String> progress) {
    return measurement.apply(new LoadBench(world, workload, options, progress));
  }
}
