package io.github.refragstreams.topology;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * Everything about the topology that can be configured. Each part checks itself; messages name key
 * and value.
 *
 * @param topics names of the topics
 * @param partitions partitions of the queries' topic and of the internal topics; fixed once the
 *     application has run
 * @param tick how often finished model work is collected ({@code streams.tick})
 * @param pressureWait longest wait of a task that is behind, for all its records between two ticks
 *     together ({@code streams.pressure-wait}); see {@link #taskWait()}
 * @param limits how large records may be
 * @param encode how passages are encoded
 * @param cache bounds of the store of chunk vectors
 * @param stores memory of all stores
 * @param answer how queries are answered
 * @param conversation what is remembered of conversations
 * @param degrade how answers become cheaper under load
 * @param retry how failed work is repeated
 */
public record TopologyConfig(
    TopicNames topics,
    int partitions,
    Duration tick,
    Duration pressureWait,
    Limits limits,
    EncodeConfig encode,
    CacheConfig cache,
    StoresConfig stores,
    AnswerConfig answer,
    ConversationConfig conversation,
    DegradeConfig degrade,
    RetryConfig retry) {
  private static final Duration MOST_WAIT = Duration.ofSeconds(2);

  /** Of all tasks that a thread may have; a transaction ends after ten seconds. */
  private static final Duration MOST_WAIT_OF_ALL = Duration.ofSeconds(5);

  /** Sub-topologies whose tasks wait: encode and answer. */
  private static final int WAITING_TASKS_PER_PARTITION = 2;

  public TopologyConfig {
    Require.atLeast(1, "topics.partitions", partitions);
    Require.positive("streams.tick", tick);
    Require.notNegative("streams.pressure-wait", pressureWait);
    Require.that(
        pressureWait.compareTo(MOST_WAIT) <= 0,
        "streams.pressure-wait",
        pressureWait,
        "at most " + MOST_WAIT);
  }

  public static TopologyConfig defaults() {
    return new TopologyConfig(
        TopicNames.defaults(),
        4,
        Duration.ofMillis(50),
        Duration.ofMillis(200),
        Limits.defaults(),
        EncodeConfig.defaults(),
        CacheConfig.defaults(),
        StoresConfig.defaults(),
        AnswerConfig.defaults(),
        ConversationConfig.defaults(),
        DegradeConfig.defaults(),
        RetryConfig.defaults());
  }

  /** The same with other names of the topics. */
  public TopologyConfig withTopics(TopicNames other) {
    return changed(parts -> parts.topics = other);
  }

  /** The same with another number of partitions. */
  public TopologyConfig withPartitions(int other) {
    return changed(parts -> parts.partitions = other);
  }

  /**
   * What a task may really wait: less than {@link #pressureWait} where there are many, since one
   * thread may have them all, one after the other, within a transaction.
   */
  public Duration taskWait() {
    Duration share = MOST_WAIT_OF_ALL.dividedBy((long) WAITING_TASKS_PER_PARTITION * partitions);
    return share.compareTo(pressureWait) < 0 ? share : pressureWait;
  }

  /** The same at another pace. */
  public TopologyConfig withPace(Duration otherTick, Duration otherPressureWait) {
    return changed(
        parts -> {
          parts.tick = otherTick;
          parts.pressureWait = otherPressureWait;
        });
  }

  /** The same with other limits. */
  public TopologyConfig withLimits(Limits other) {
    return changed(parts -> parts.limits = other);
  }

  /** The same with other rules for encoding. */
  public TopologyConfig withEncode(EncodeConfig other) {
    return changed(parts -> parts.encode = other);
  }

  /** The same with other bounds of the store of chunk vectors. */
  public TopologyConfig withCache(CacheConfig other) {
    return changed(parts -> parts.cache = other);
  }

  /** The same with other rules for answering. */
  public TopologyConfig withAnswer(AnswerConfig other) {
    return changed(parts -> parts.answer = other);
  }

  /** The same with other bounds of what is remembered of conversations. */
  public TopologyConfig withConversation(ConversationConfig other) {
    return changed(parts -> parts.conversation = other);
  }

  /** The same with other rules for what happens under load. */
  public TopologyConfig withDegrade(DegradeConfig other) {
    return changed(parts -> parts.degrade = other);
  }

  private TopologyConfig changed(Consumer<Parts> change) {
    Parts parts = new Parts(this);
    change.accept(parts);
    return parts.together();
  }

  /** The parts, to change some of them. */
  private static final class Parts {
    private TopicNames topics;
    private int partitions;
    private Duration tick;
    private Duration pressureWait;
    private Limits limits;
    private EncodeConfig encode;
    private CacheConfig cache;
    private final StoresConfig stores;
    private AnswerConfig answer;
    private ConversationConfig conversation;
    private DegradeConfig degrade;
    private final RetryConfig retry;

    Parts(TopologyConfig config) {
      topics = config.topics;
      partitions = config.partitions;
      tick = config.tick;
      pressureWait = config.pressureWait;
      limits = config.limits;
      encode = config.encode;
      cache = config.cache;
      stores = config.stores;
      answer = config.answer;
      conversation = config.conversation;
      degrade = config.degrade;
      retry = config.retry;
    }

    TopologyConfig together() {
      return new TopologyConfig(
          topics,
          partitions,
          tick,
          pressureWait,
          limits,
          encode,
          cache,
          stores,
          answer,
          conversation,
          degrade,
          retry);
    }
  }
}
