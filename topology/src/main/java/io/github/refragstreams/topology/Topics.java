package io.github.refragstreams.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;

/** The topics that clients see: what must exist, and what is wrong with what exists. */
public final class Topics {
  private static final Map<String, String> DELETE =
      Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);

  private Topics() {}

  /** All of them; internal topics are made by Kafka Streams. */
  public static List<TopicSpec> required(TopologyConfig config) {
    TopicNames names = config.topics();
    int partitions = config.partitions();
    return List.of(
        // Queries meet their passages in one task: both must be cut into the same partitions.
        new TopicSpec(names.queries(), "queries", partitions, true, DELETE),
        new TopicSpec(names.passages(), "passages", partitions, false, DELETE),
        new TopicSpec(names.documents(), "documents", partitions, false, DELETE),
        new TopicSpec(names.answers(), "answers", partitions, false, DELETE),
        new TopicSpec(names.answerTokens(), "answer-tokens", partitions, false, DELETE),
        new TopicSpec(names.deadLetters(), "dead-letters", 1, false, deadLetters(config.limits())));
  }

  /**
   * What is wrong, one sentence each; nothing when the application can start.
   *
   * @param existing number of partitions by name of topic
   */
  public static List<String> problems(TopologyConfig config, Map<String, Integer> existing) {
    List<String> problems = new ArrayList<>();
    for (TopicSpec topic : required(config)) {
      @Nullable Integer partitions = existing.get(topic.name());
      if (partitions == null) {
        problems.add(
            "topic '"
                + topic.name()
                + "' (topics."
                + topic.role()
                + ") does not exist; create it, or correct its name");
      } else if (topic.exactPartitions() && partitions != topic.partitions()) {
        problems.add(
            "topic '"
                + topic.name()
                + "' (topics."
                + topic.role()
                + ") has "
                + partitions
                + " partitions but topics.partitions is "
                + topic.partitions()
                + "; they must be equal");
      }
    }
    return problems;
  }

  /**
   * What is wrong with the topic of the dead letters where it takes less than the largest of them;
   * empty when the application can start. The thread that cannot write one would die of its record
   * again and again.
   *
   * @param mostBytes the topic's {@code max.message.bytes}
   */
  public static Optional<String> deadLetterProblem(TopologyConfig config, long mostBytes) {
    int needed = config.limits().recordBytes();
    String name = config.topics().deadLetters();
    return mostBytes >= needed
        ? Optional.empty()
        : Optional.of(
            "topic '"
                + name
                + "' (topics.dead-letters) has max.message.bytes "
                + mostBytes
                + " but limits.record-bytes is "
                + needed
                + "; set the topic's to at least that: kafka-configs.sh --alter --entity-type topics"
                + " --entity-name "
                + name
                + " --add-config max.message.bytes="
                + needed);
  }

  /** A dead letter is larger than its record: it has further headers. */
  private static Map<String, String> deadLetters(Limits limits) {
    return Map.of(
        TopicConfig.CLEANUP_POLICY_CONFIG,
        TopicConfig.CLEANUP_POLICY_DELETE,
        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
        String.valueOf(limits.recordBytes()));
  }
}
