package io.github.refragstreams.topology.internal.encode;

import io.github.refragstreams.topology.ErrorCode;
import io.github.refragstreams.topology.Stage;
import io.github.refragstreams.topology.internal.refusal.UnusableRecordException;
import io.github.refragstreams.topology.internal.telemetry.EncodeMeters;
import java.util.OptionalLong;
import org.apache.kafka.common.utils.Bytes;

/** Texts of one kind that wait or are at the encoder, within bounds of their own. */
final class Lane implements AutoCloseable {
  private final String name;
  private final int mostFlying;
  private final String mostPendingKey;
  private final int mostPending;
  private final EncodeMeters.Lane meters;
  private final Backlog backlog = new Backlog();

  /** In the store, those at the encoder included. */
  private int pending;

  private int flying;

  /** Whether the encoder takes no more of them for now. */
  private boolean held;

  /**
   * @param name what they are, for messages
   * @param mostFlying most of them at the encoder
   * @param mostPendingKey the next one in the configuration
   * @param mostPending most of them in the store
   * @param meters told how many there are
   */
  Lane(
      String name,
      int mostFlying,
      String mostPendingKey,
      int mostPending,
      EncodeMeters.Lane meters) {
    this.name = name;
    this.mostFlying = mostFlying;
    this.mostPendingKey = mostPendingKey;
    this.mostPending = mostPending;
    this.meters = meters;
  }

  /**
   * @throws UnusableRecordException when no more of them may wait
   */
  void checkRoom() {
    if (pending >= mostPending) {
      throw new UnusableRecordException(
          Stage.ENCODE,
          ErrorCode.OVERLOADED,
          pending + " " + name + " wait; " + mostPendingKey + " is " + mostPending);
    }
  }

  int pending() {
    return pending;
  }

  /**
   * @param asker those who ask at the same time have turns
   */
  void add(long id, Bytes asker) {
    pending++;
    backlog.add(id, asker);
  }

  /** One that was started already is the next one. */
  void addFirst(long id) {
    backlog.addFirst(id);
  }

  /** One that has failed before the task was opened. */
  void restore(long id, long notBefore) {
    pending++;
    backlog.addLater(id, notBefore);
  }

  /** One that has failed waits again. */
  void again(long id, long notBefore) {
    backlog.addLater(id, notBefore);
  }

  void remove() {
    pending--;
  }

  boolean mayFly() {
    return flying < mostFlying && !held;
  }

  /** The next id that is due. */
  OptionalLong next(long now) {
    return backlog.next(now);
  }

  /** The encoder has refused one because it has enough: that one goes first later. */
  void hold(long id) {
    backlog.addFirst(id);
    held = true;
  }

  /** The encoder is asked again. */
  void release() {
    held = false;
  }

  void fly() {
    flying++;
  }

  void land() {
    flying--;
  }

  /** Tells the meters. */
  void tell() {
    meters.set(pending, flying);
  }

  @Override
  public void close() {
    meters.close();
  }
}
