package io.github.refragstreams.serde.internal;

import java.time.Duration;

/** Waits; a test's does not. */
interface Pauses {
  void pause(Duration wait) throws InterruptedException;
}
