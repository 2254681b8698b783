package io.github.refragstreams.topology.internal.work;

import io.github.refragstreams.model.Causes;
import io.github.refragstreams.topology.ErrorCode;
import io.github.refragstreams.topology.RetryConfig;
import io.github.refragstreams.topology.Stage;
import io.github.refragstreams.topology.internal.refusal.Failures;
import io.github.refragstreams.topology.internal.refusal.UnusableRecordException;
import io.github.refragstreams.topology.internal.store.Pending;
import io.micrometer.core.instrument.Counter;
import org.apache.kafka.streams.errors.StreamsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of a record that a model has failed on. */
public final class Retry {
  private static final Logger LOGGER = LoggerFactory.getLogger(Retry.class);

  private final RetryConfig config;
  private final Stage stage;
  private final ErrorCode unusable;
  private final Counter retries;

  /** When some record's work has last succeeded, milliseconds of the wall clock. */
  private long succeededAt = Long.MIN_VALUE;

  /**
   * @param unusable code for a record that can never work
   * @param retries counts next attempts
   */
  public Retry(RetryConfig config, Stage stage, ErrorCode unusable, Counter retries) {
    this.config = config;
    this.stage = stage;
    this.unusable = unusable;
    this.retries = retries;
  }

  /** The work on some record has succeeded: the model is not broken. */
  public void succeeded(long now) {
    succeededAt = now;
  }

  /**
   * The record for its next attempt. A failure of the model counts as an attempt only where other
   * work has succeeded since this one could begin: then it is this record that the model fails on.
   *
   * @throws UnusableRecordException when there is none
   * @throws StreamsException when no record is to blame
   */
  public Pending after(Throwable thrown, Pending failed, long now) {
    Throwable failure = Causes.of(thrown);
    Pending next =
        switch (Failures.classOf(failure)) {
          case BAD_INPUT ->
              throw new UnusableRecordException(
                  stage, unusable, String.valueOf(failure.getMessage()), failure);
          case TRANSIENT ->
              Failures.isBusy(failure) ? waiting(failed, now) : counted(failure, failed, now);
          case MODEL ->
              // After a clock that was set back, a success to come says nothing.
              succeededAt <= now && succeededAt >= Math.max(failed.since(), failed.notBefore())
                  ? counted(failure, failed, now)
                  : uncounted(failed, now);
          case RESOURCE ->
              throw new StreamsException("a waiting record could not be worked on", failure);
          case BUG ->
              throw new UnusableRecordException(
                  stage, ErrorCode.UNEXPECTED, "failed in an unknown way", failure);
        };
    retries.increment();
    return next;
  }

  /** The record is not to blame, however long it takes. */
  private Pending uncounted(Pending failed, long now) {
    LOGGER
        .atWarn()
        .addKeyValue("stage", stage.label())
        .addKeyValue("retryMillis", config.maxDelay().toMillis())
        .log("a model is broken; its work is repeated");
    return failed.again(failed.attempt(), now + config.maxDelay().toMillis());
  }

  /** Neither record nor model is to blame: what has waited for long waits as long again. */
  private Pending waiting(Pending failed, long now) {
    long waited = Math.max(config.firstDelay().toMillis(), now - failed.since());
    return failed.again(failed.attempt(), now + Math.min(waited, config.maxDelay().toMillis()));
  }

  private Pending counted(Throwable failure, Pending failed, long now) {
    int attempts = failed.attempt() + 1;
    if (attempts >= config.attempts()) {
      throw new UnusableRecordException(
          stage,
          ErrorCode.RETRIES_EXHAUSTED,
          "failed " + attempts + " times; retry.attempts is " + config.attempts(),
          failure);
    }
    return failed.again(attempts, now + config.delayAfter(attempts).toMillis());
  }
}
