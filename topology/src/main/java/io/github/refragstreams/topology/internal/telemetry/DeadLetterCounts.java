package io.github.refragstreams.topology.internal.telemetry;

import io.github.refragstreams.model.Telemetry;
import io.github.refragstreams.topology.ErrorCode;
import io.github.refragstreams.topology.TopologyMeters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.Map;

/** Counts dead letters; every code is there from the start, at zero. */
public final class DeadLetterCounts {
  /**
   * Setting of Kafka Streams that hands them to handlers; its value is a {@link DeadLetterCounts}.
   */
  public static final String SETTING = "refrag.dead.letter.counts";

  private final MeterRegistry registry;

  public DeadLetterCounts(MeterRegistry registry) {
    this.registry = registry;
    Arrays.stream(ErrorCode.values()).forEach(this::counter);
  }

  /** What the settings of a handler hold; none that anybody sees when they hold nothing. */
  public static DeadLetterCounts of(Map<String, ?> settings) {
    return settings.get(SETTING) instanceof DeadLetterCounts counts
        ? counts
        : new DeadLetterCounts(Telemetry.none().meters());
  }

  public void add(ErrorCode code) {
    counter(code).increment();
  }

  private Counter counter(ErrorCode code) {
    return TopologyMeters.DEAD_LETTERS.counter(registry, code.name());
  }
}
