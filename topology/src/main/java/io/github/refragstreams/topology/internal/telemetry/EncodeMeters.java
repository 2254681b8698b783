package io.github.refragstreams.topology.internal.telemetry;

import io.github.refragstreams.topology.TopologyMeters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What encode tasks measure; shared by those of a process. */
public final class EncodeMeters {
  private final Counter hits;
  private final Counter misses;
  private final LaneGauges queries;
  private final LaneGauges documents;

  /** Gauges of one kind of passages. */
  public record LaneGauges(SharedGauge pending, SharedGauge inFlight) {
    /** For a task that is opened. */
    public Lane open() {
      return new Lane(pending.open(), inFlight.open());
    }

    private static LaneGauges of(MeterRegistry registry, String lane) {
      return new LaneGauges(
          new SharedGauge(TopologyMeters.ENCODE_PENDING, registry, lane),
          new SharedGauge(TopologyMeters.ENCODE_IN_FLIGHT, registry, lane));
    }
  }

  /** How many passages of one kind one task has. */
  public record Lane(SharedGauge.Share pending, SharedGauge.Share inFlight)
      implements AutoCloseable {
    public void set(int arePending, int areInFlight) {
      pending.set(arePending);
      inFlight.set(areInFlight);
    }

    @Override
    public void close() {
      pending.close();
      inFlight.close();
    }
  }

  public EncodeMeters(MeterRegistry registry) {
    hits = TopologyMeters.CACHE_LOOKUPS.counter(registry, "hit");
    misses = TopologyMeters.CACHE_LOOKUPS.counter(registry, "miss");
    queries = LaneGauges.of(registry, "queries");
    documents = LaneGauges.of(registry, "documents");
  }

  /** A passage came; its vectors were in the store or not. */
  public void lookup(boolean hit) {
    (hit ? hits : misses).increment();
  }

  /** Passages of queries. */
  public LaneGauges queries() {
    return queries;
  }

  public LaneGauges documents() {
    return documents;
  }
}
