package io.github.refragstreams.model;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What the encoder's batcher measures. */
final class EncodeMeters {
  private final DistributionSummary tokens;
  private final DistributionSummary passages;
  private final Timer wait;
  private final Timer success;
  private final Timer failure;

  /**
   * @param queuedTokens tokens that wait
   */
  EncodeMeters(MeterRegistry registry, Supplier<Number> queuedTokens) {
    tokens = ModelMeters.ENCODE_BATCH_TOKENS.summary(registry);
    passages = ModelMeters.ENCODE_BATCH_PASSAGES.summary(registry);
    wait = ModelMeters.ENCODE_BATCH_WAIT.timer(registry);
    success = ModelMeters.ENCODE_CALL.timer(registry, "success");
    failure = ModelMeters.ENCODE_CALL.timer(registry, "failure");
    ModelMeters.ENCODE_QUEUE.gauge(registry, queuedTokens);
  }

  void batch(int ofTokens, int ofPassages, long waitNanos) {
    tokens.record(ofTokens);
    passages.record(ofPassages);
    wait.record(waitNanos, TimeUnit.NANOSECONDS);
  }

  void call(boolean succeeded, long nanos) {
    (succeeded ? success : failure).record(nanos, TimeUnit.NANOSECONDS);
  }
}
