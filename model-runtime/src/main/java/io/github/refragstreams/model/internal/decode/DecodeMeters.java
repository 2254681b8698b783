package io.github.refragstreams.model.internal.decode;

import io.github.refragstreams.model.ModelMeters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What the decoder measures; times are nanoseconds. For the decoder's thread. */
final class DecodeMeters {
  private final Timer queueTime;
  private final Timer prefillTime;
  private final Timer tokenGap;
  private final Counter tokens;
  private final DistributionSummary rows;
  private volatile int running;

  /**
   * @param waiting prompts that wait for a row
   */
  DecodeMeters(MeterRegistry registry, Supplier<Number> waiting) {
    queueTime = ModelMeters.DECODE_QUEUE_TIME.timer(registry);
    prefillTime = ModelMeters.DECODE_PREFILL_TIME.timer(registry);
    tokenGap = ModelMeters.DECODE_TOKEN_GAP.timer(registry);
    tokens = ModelMeters.DECODE_TOKENS.counter(registry);
    rows = ModelMeters.DECODE_BATCH_ROWS.summary(registry);
    ModelMeters.DECODE_WAITING.gauge(registry, waiting);
    ModelMeters.DECODE_RUNNING.gauge(registry, () -> running);
  }

  void admitted(long queued) {
    queueTime.record(queued, TimeUnit.NANOSECONDS);
  }

  void prefilled(long took) {
    prefillTime.record(took, TimeUnit.NANOSECONDS);
  }

  void step(int ofRows) {
    rows.record(ofRows);
  }

  /** The first token of an answer. */
  void token() {
    tokens.increment();
  }

  /** A further one. */
  void token(long gap) {
    tokens.increment();
    tokenGap.record(gap, TimeUnit.NANOSECONDS);
  }

  /** Answers that have a row, at the end of a turn. */
  void running(int answers) {
    running = answers;
  }
}
