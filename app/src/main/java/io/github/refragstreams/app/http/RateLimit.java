package io.github.refragstreams.app.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Bounds the requests of each {@linkplain Exchange#caller caller}: a bucket of as many as a minute
 * allows, filled evenly. Callers who come and go are forgotten; no more than {@value #CALLERS} are
 * remembered.
 */
public final class RateLimit implements Check {
  private static final int CALLERS = 10_000;
  private static final double NANOS_PER_MINUTE = 60e9;

  private final int perMinute;
  private final LongSupplier nanos;
  private final Cache<String, Bucket> buckets =
      Caffeine.newBuilder().maximumSize(CALLERS).expireAfterAccess(Duration.ofMinutes(2)).build();

  /**
   * @param perMinute most requests of a caller per minute, at least 1
   */
  public RateLimit(int perMinute) {
    this(perMinute, System::nanoTime);
  }

  RateLimit(int perMinute, LongSupplier nanos) {
    this.perMinute = perMinute;
    this.nanos = nanos;
  }

  @Override
  public void check(Exchange exchange) {
    Duration wait = buckets.get(exchange.caller(), caller -> new Bucket()).take();
    if (!wait.isZero()) {
      throw new HttpProblem(
              429,
              "rate-limited",
              "more than " + perMinute + " requests per minute; try again later")
          .retryAfter(wait);
    }
  }

  private final class Bucket {
    private double left = perMinute;
    private long filledAt = nanos.getAsLong();

    /** Zero when there was one to take, else the time until there is. */
    synchronized Duration take() {
      long now = nanos.getAsLong();
      left = Math.min(perMinute, left + (now - filledAt) / NANOS_PER_MINUTE * perMinute);
      filledAt = now;
      if (left >= 1) {
        left--;
        return Duration.ZERO;
      }
      return Duration.ofNanos((long) Math.ceil((1 - left) * NANOS_PER_MINUTE / perMinute));
    }
  }
}
