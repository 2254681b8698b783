package io.github.refragstreams.topology.internal.telemetry;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerStats;
import io.github.refragstreams.schemas.AnswerStatus;
import io.github.refragstreams.topology.TopologyMeters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Supplier;

/** What answer tasks measure; shared by those of a process. */
public final class AnswerMeters {
  private final MeterRegistry registry;
  private final Timer time;
  private final Timer queueTime;
  private final Timer firstToken;
  private final DistributionSummary compression;
  private final DistributionSummary positions;
  private final SharedGauge waiting;
  private final SharedGauge ready;
  private final SharedGauge generating;

  public AnswerMeters(MeterRegistry registry) {
    this.registry = registry;
    Arrays.stream(AnswerStatus.values()).forEach(this::answers);
    time = TopologyMeters.ANSWER_TIME.timer(registry);
    queueTime = TopologyMeters.ANSWER_QUEUE_TIME.timer(registry);
    firstToken = TopologyMeters.ANSWER_FIRST_TOKEN.timer(registry);
    compression = TopologyMeters.ANSWER_COMPRESSION.summary(registry);
    positions = TopologyMeters.ANSWER_POSITIONS.summary(registry);
    waiting = new SharedGauge(TopologyMeters.ANSWER_REQUESTS, registry, "waiting");
    ready = new SharedGauge(TopologyMeters.ANSWER_REQUESTS, registry, "ready");
    generating = new SharedGauge(TopologyMeters.ANSWER_REQUESTS, registry, "generating");
  }

  /**
   * @param millis from the arrival of the query
   */
  public void answered(Answer answer, long millis) {
    AnswerStats stats = answer.getStats();
    answers(answer.getStatus()).increment();
    time.record(millis, MILLISECONDS);
    queueTime.record(stats.getQueueMs(), MILLISECONDS);
    firstToken.record(stats.getTimeToFirstTokenMs(), MILLISECONDS);
    positions.record(stats.getPromptPositions());
    if (stats.getContextTokens() > 0 && answer.getStatus() != AnswerStatus.NO_CONTEXT) {
      compression.record(stats.getCompression());
    }
  }

  private Counter answers(AnswerStatus status) {
    return TopologyMeters.ANSWERS.counter(registry, status.name().toLowerCase(Locale.ROOT));
  }

  /**
   * @param level of the answers that start now
   */
  public void tellLoadLevel(Supplier<Number> level) {
    TopologyMeters.ANSWER_LOAD_LEVEL.gauge(registry, level);
  }

  /** For a task that is opened. */
  public Requests openTask() {
    return new Requests(waiting.open(), ready.open(), generating.open());
  }

  /** How many queries of one task are in which state. */
  public record Requests(
      SharedGauge.Share waiting, SharedGauge.Share ready, SharedGauge.Share generating)
      implements AutoCloseable {
    /**
     * @param all queries without answer
     */
    public void set(int all, int areReady, int areGenerating) {
      waiting.set(all - areReady - areGenerating);
      ready.set(areReady);
      generating.set(areGenerating);
    }

    @Override
    public void close() {
      waiting.close();
      ready.close();
      generating.close();
    }
  }
}
