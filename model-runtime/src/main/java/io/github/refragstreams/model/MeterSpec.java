package io.github.refragstreams.model;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * One meter: what it is called and what it means. It is registered, and the reference page is
 * written, from this alone. Names, units and tags are a public contract.
 *
 * @param name Micrometer's form: lower case, dots between words
 * @param unit what is counted; for timers, seconds
 * @param meaning a sentence for the reference page, in Markdown
 * @param tags names of the tags, in the order in which their values are given
 * @param buckets upper bounds of the histogram, ascending, in the unit; none for counters and
 *     gauges
 */
public record MeterSpec(
    String name, Kind kind, String unit, String meaning, List<String> tags, List<Double> buckets) {
  private static final List<Double> SECONDS =
      List.of(.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1., 2.5, 5., 10., 30., 60.);

  /** What a meter does. */
  public enum Kind {
    /** Only grows; starts at zero with the process. */
    COUNTER,
    /** A state of the moment. */
    GAUGE,
    /** How long something took, as a histogram. */
    TIMER,
    /** How large something was, as a histogram. */
    SUMMARY
  }

  public MeterSpec {
    tags = List.copyOf(tags);
    buckets = List.copyOf(buckets);
  }

  public static MeterSpec ofCounter(String name, String unit, String meaning, String... tags) {
    return new MeterSpec(name, Kind.COUNTER, unit, meaning, List.of(tags), List.of());
  }

  public static MeterSpec ofGauge(String name, String unit, String meaning, String... tags) {
    return new MeterSpec(name, Kind.GAUGE, unit, meaning, List.of(tags), List.of());
  }

  /** Buckets from 1 ms to 60 s. */
  public static MeterSpec ofTimer(String name, String meaning, String... tags) {
    return new MeterSpec(name, Kind.TIMER, "seconds", meaning, List.of(tags), SECONDS);
  }

  public static MeterSpec ofSummary(
      String name, String unit, String meaning, List<Double> buckets, String... tags) {
    return new MeterSpec(name, Kind.SUMMARY, unit, meaning, List.of(tags), buckets);
  }

  /**
   * Registers the counter; the same one when it is there already.
   *
   * @param values of the tags
   */
  public Counter counter(MeterRegistry registry, String... values) {
    return Counter.builder(named(Kind.COUNTER))
        .baseUnit(unit)
        .description(meaning)
        .tags(tagged(values))
        .register(registry);
  }

  /**
   * Registers the gauge. Of two with the same tags, the first one counts.
   *
   * @param value read by any thread, at any time
   * @param values of the tags
   */
  public void gauge(MeterRegistry registry, Supplier<Number> value, String... values) {
    Gauge.builder(named(Kind.GAUGE), value)
        .baseUnit(unit)
        .description(meaning)
        .tags(tagged(values))
        .register(registry);
  }

  /** Like {@link #counter}. */
  public Timer timer(MeterRegistry registry, String... values) {
    return Timer.builder(named(Kind.TIMER))
        .description(meaning)
        .tags(tagged(values))
        .serviceLevelObjectives(
            buckets.stream()
                .map(seconds -> Duration.ofNanos(Math.round(seconds * 1e9)))
                .toArray(Duration[]::new))
        .register(registry);
  }

  /** Like {@link #counter}. */
  public DistributionSummary summary(MeterRegistry registry, String... values) {
    return DistributionSummary.builder(named(Kind.SUMMARY))
        .baseUnit(unit)
        .description(meaning)
        .tags(tagged(values))
        .serviceLevelObjectives(buckets.stream().mapToDouble(Double::doubleValue).toArray())
        .register(registry);
  }

  private String named(Kind asked) {
    if (kind != asked) {
      throw new IllegalStateException(name + " is a " + kind + ", not a " + asked);
    }
    return name;
  }

  private Tags tagged(String... values) {
    if (values.length != tags.size()) {
      throw new IllegalArgumentException(
          name + " has tags " + tags + "; " + values.length + " values are given");
    }
    Tags all = Tags.empty();
    for (int i = 0; i < values.length; i++) {
      all = all.and(tags.get(i), values[i]);
    }
    return all;
  }
}
