package io.github.refragstreams.topology.internal.telemetry;

import io.github.refragstreams.model.MeterSpec;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The sum of what the open tasks of a process tell. */
public final class SharedGauge {
  private final Set<Share> shares = ConcurrentHashMap.newKeySet();

  SharedGauge(MeterSpec spec, MeterRegistry registry, String... tags) {
    spec.gauge(registry, this::sum, tags);
  }

  /** A share of zero. */
  public Share open() {
    Share share = new Share();
    shares.add(share);
    return share;
  }

  private int sum() {
    return shares.stream().mapToInt(share -> share.value).sum();
  }

  /** What one task tells; written by its thread. */
  public final class Share implements AutoCloseable {
    private volatile int value;

    private Share() {}

    public void set(int now) {
      value = now;
    }

    /** Counts no longer. */
    @Override
    public void close() {
      shares.remove(this);
    }
  }
}
