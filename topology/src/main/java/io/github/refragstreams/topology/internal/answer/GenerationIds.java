package io.github.refragstreams.topology.internal.answer;

import java.security.SecureRandom;
import java.util.UUID;

/**
 * Ids of generations: UUIDs of version 7, which begin with the time. Of two generations of one
 * query, the later has the greater id, as text.
 */
final class GenerationIds {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final long VERSION = 7L << 12;
  private static final long VARIANT = 2L << 62;

  private GenerationIds() {}

  static String at(long millis) {
    long random = RANDOM.nextLong();
    long high = (millis << 16) | VERSION | (random & 0xfff);
    long low = VARIANT | (RANDOM.nextLong() >>> 2);
    return new UUID(high, low).toString();
  }
}
