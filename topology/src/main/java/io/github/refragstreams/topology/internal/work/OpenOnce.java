package io.github.refragstreams.topology.internal.work;

import org.apache.kafka.streams.errors.StreamsException;

/**
 * Lets a processor be opened once. Kafka Streams opens it again where a task goes on that was
 * suspended, and revives a task whose commit has failed as the same object, which then remembers
 * how far it had read (4.3.1: {@code StreamTask.nextOffsetsAndMetadataToBeConsumed}): its first
 * commit, at the next tick, skips what it has to read again. A new thread makes a new task.
 */
public final class OpenOnce {
  private boolean opened;

  /**
   * @throws StreamsException the second time: it ends the thread, which is replaced
   */
  public void open() {
    if (opened) {
      throw new StreamsException("a task that is opened again begins anew, in a new thread");
    }
    opened = true;
  }
}
