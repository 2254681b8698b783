package io.github.refragstreams.app.client;

import io.github.refragstreams.topology.TopicNames;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** The topics in which what is asked ends: as an answer with its tokens, or as a dead letter. */
public final class OutputTopics {
  private OutputTopics() {}

  /**
   * Lets a consumer read them from now on, without a group.
   *
   * @throws org.apache.kafka.common.KafkaException when the cluster cannot be reached or has not
   *     the topics
   */
  public static void follow(Consumer<?, ?> consumer, TopicNames topics) {
    List<TopicPartition> partitions =
        List.of(topics.answers(), topics.answerTokens(), topics.deadLetters()).stream()
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    // Seeking is lazy: asking for the position does it now, before anything is sent.
    partitions.forEach(consumer::position);
  }
}
