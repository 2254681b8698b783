package io.github.refragstreams.app.client;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the log when something is away and when it is back, once each, however many calls fail
 * meanwhile. Where only a part of it is away, some calls succeed between those that fail: it is
 * back when one succeeds and none has failed for {@link #CALM}. Safe for use by many threads.
 */
public final class Outage {
  private static final Duration CALM = Duration.ofSeconds(10);

  private final String what;
  private final Logger logger;
  private final LongSupplier nanos;
  private volatile boolean lasting;
  private long lastFailure;

  /**
   * @param what what is away while it lasts, for the log
   */
  public Outage(String what) {
    this(what, LoggerFactory.getLogger(Outage.class), System::nanoTime);
  }

  Outage(String what, Logger logger, LongSupplier nanos) {
    this.what = what;
    this.logger = logger;
    this.nanos = nanos;
  }

  /** A call has failed because of it. */
  public synchronized void failed(Throwable failure) {
    if (!lasting) {
      logger
          .atWarn()
          .addKeyValue("outage", what)
          .addKeyValue("failure", failure.toString())
          .log("an outage begins");
    }
    lasting = true;
    lastFailure = nanos.getAsLong();
  }

  /** A call has succeeded. */
  public void succeeded() {
    // Hardly ever are there any.
    if (lasting) {
      endAfterCalm();
    }
  }

  private synchronized void endAfterCalm() {
    if (lasting && nanos.getAsLong() - lastFailure >= CALM.toNanos()) {
      lasting = false;
      logger.atInfo().addKeyValue("outage", what).log("an outage is over");
    }
  }
}
