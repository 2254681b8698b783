package io.github.refragstreams.app.client;

import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.TopicNames;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The clients of one cluster: one that sees what is committed, and one that sees tokens sooner,
 * made when it is first asked for. Safe for use by many threads.
 */
public final class Clients implements AutoCloseable {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private final Map<String, String> kafka;
  private final TopicNames topics;
  private final EventSerdes serdes;
  private final RagClient committed;
  private final OneAtATime connecting = new OneAtATime(LONGEST_WAIT);
  private volatile @Nullable RagClient uncommitted;
  private volatile boolean closed;

  /**
   * @param kafka settings of Kafka's clients
   * @param serdes not closed by this object
   * @throws org.apache.kafka.common.KafkaException when the cluster cannot be reached or has not
   *     the topics
   */
  public Clients(Map<String, String> kafka, TopicNames topics, EventSerdes serdes) {
    this.kafka = kafka;
    this.topics = topics;
    this.serdes = serdes;
    this.committed = new RagClient(kafka, topics, serdes, true);
  }

  /** Sees what transactions have committed. */
  public RagClient committed() {
    return committed;
  }

  /**
   * Sees tokens before their transaction commits, and after a crash perhaps twice.
   *
   * @throws org.apache.kafka.common.KafkaException when the cluster cannot be reached
   * @throws BusyException when others wait for the connection
   * @throws IllegalStateException when closed
   */
  public RagClient uncommitted() {
    RagClient connected = open();
    return connected == null ? connecting.call(this::connected) : connected;
  }

  @Override
  public void close() {
    closed = true;
    connecting.close(
        () -> {
          committed.close();
          RagClient connected = uncommitted;
          if (connected != null) {
            connected.close();
          }
        });
  }

  private RagClient connected() {
    RagClient connected = open();
    if (connected == null) {
      RagClient before = uncommitted;
      connected = new RagClient(kafka, topics, serdes, false);
      uncommitted = connected;
      if (before != null) {
        before.close();
      }
    }
    return connected;
  }

  /** Null where there is none, or none that would hear of answers. */
  private @Nullable RagClient open() {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    RagClient connected = uncommitted;
    return connected == null || !connected.reads() ? null : connected;
  }
}
