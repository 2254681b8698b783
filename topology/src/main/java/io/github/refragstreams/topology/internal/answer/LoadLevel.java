package io.github.refragstreams.topology.internal.answer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.refragstreams.topology.DegradeConfig;
import io.github.refragstreams.topology.TopologyConfig;

/**
 * How far quality is lowered, from the time that answers wait for the decoder. One for all tasks of
 * the process, which share the decoder. Safe for use by many threads.
 *
 * <p>While the time is above its target, the level is looked at once per target's length, and rises
 * by one unless the time is shrinking. It falls by one when the time has been below half of the
 * target for as long as its patience lasts. A fall that proves wrong doubles the patience, so that
 * under constant load attempts become rare.
 */
public final class LoadLevel {
  /** In lengths of the target. */
  private static final int LEAST_PATIENCE = 10;

  private static final int MOST_PATIENCE = 640;

  /** A time below this share of what it was is shrinking. */
  private static final double SHRINKING = 0.9;

  private static final long NEVER = Long.MAX_VALUE;

  private final boolean enabled;
  private final long target;
  private final int mostLevel;

  @GuardedBy("this")
  private int level;

  @GuardedBy("this")
  private int generating;

  @GuardedBy("this")
  private long decoderWait;

  /** When the last generation started. */
  @GuardedBy("this")
  private long seenAt = NEVER;

  /** Since when the time has been short, or since the last fall. */
  @GuardedBy("this")
  private long shortSince = NEVER;

  /** When a time above the target is looked at again. */
  @GuardedBy("this")
  private long lookAt;

  /** What it was when it was last looked at; 0 when it has been short since. */
  @GuardedBy("this")
  private long lookedQueue;

  @GuardedBy("this")
  private long patience;

  /** Whether the last change was a fall. */
  @GuardedBy("this")
  private boolean fell;

  /** Levels down to no raw turn. */
  public LoadLevel(TopologyConfig config) {
    this(config.degrade(), Quality.mostLevel(config.conversation().rawTurns()));
  }

  LoadLevel(DegradeConfig config, int mostLevel) {
    this.enabled = config.enabled();
    this.target = config.queueTarget().toMillis();
    this.mostLevel = mostLevel;
    this.patience = LEAST_PATIENCE * target;
  }

  /**
   * A generation starts.
   *
   * @param waited how long it has waited for its start, milliseconds
   * @param now milliseconds
   * @return the level to plan it with
   */
  synchronized int begin(long waited, long now) {
    if (seenAt != NEVER && now < seenAt) {
      setBack(now);
    }
    // With nothing else at the decoder, nothing has to wait there.
    long queue = waited + (generating == 0 ? 0 : decoderWait);
    generating++;
    if (enabled) {
      see(queue, now);
    }
    return level;
  }

  /**
   * A generation has its answer.
   *
   * @param waited how long it has waited inside the decoder, milliseconds
   */
  synchronized void done(long waited) {
    generating--;
    decoderWait = waited;
  }

  /** A generation has ended without an answer. */
  synchronized void failed() {
    generating--;
  }

  /** The level of the answer that started last. */
  public synchronized int level() {
    return level;
  }

  /** The clock was: what was to happen at its old time happens no later than it would have. */
  @GuardedBy("this")
  private void setBack(long now) {
    lookAt = Math.min(lookAt, now);
    shortSince = shortSince == NEVER ? NEVER : now;
    seenAt = now;
  }

  @GuardedBy("this")
  private void see(long queue, long now) {
    if (queue > target) {
      shortSince = NEVER;
      rise(queue, now);
    } else if (2 * queue > target) {
      shortSince = NEVER;
    } else {
      // Between two starts that are far apart, nothing has waited.
      shortSince = Math.min(shortSince, seenAt);
      fall(now);
    }
    if (queue <= target) {
      lookedQueue = 0;
    }
    seenAt = now;
  }

  @GuardedBy("this")
  private void rise(long queue, long now) {
    if (now < lookAt) {
      return;
    }
    boolean shrinking = queue < SHRINKING * lookedQueue;
    lookAt = now + target;
    lookedQueue = queue;
    if (shrinking || level == mostLevel) {
      return;
    }
    if (fell) {
      patience = Math.min(2 * patience, MOST_PATIENCE * target);
      fell = false;
    }
    level++;
  }

  @GuardedBy("this")
  private void fall(long now) {
    while (level > 0 && now - shortSince >= patience) {
      level--;
      fell = true;
      shortSince += patience;
    }
    if (level == 0 && now - shortSince >= MOST_PATIENCE * target) {
      patience = LEAST_PATIENCE * target;
      fell = false;
    }
  }
}
