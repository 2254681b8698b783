package io.github.refragstreams.app.management;

import java.util.Map;

/** What those ask who look after a process. Safe for use by many threads. */
public interface Probes {
  /** Whether it has begun. */
  Report startup();

  /** Whether it takes work: others are asked meanwhile. */
  Report ready();

  /** Whether it gets on: else only a new start helps. */
  Report live();

  /**
   * An answer.
   *
   * @param checks what was looked at and how it is
   */
  record Report(boolean isUp, Map<String, String> checks) {}
}
