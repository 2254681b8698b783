package io.github.refragstreams.app.topics;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What an application keeps.
 *
 * @param topics its internal topics that exist, sorted
 * @param group its consumer group with the committed offsets; empty: there is none
 * @param state its folder on this machine; empty: there is none
 */
public record Remains(List<String> topics, Optional<Group> group, Optional<Path> state) {
  public Remains {
    topics = List.copyOf(topics);
  }

  /**
   * A consumer group.
   *
   * @param state as Kafka calls it
   * @param active whether somebody is in it, or may still come back
   * @param streams whether it is a group of KIP-1071
   */
  public record Group(String name, String state, boolean active, boolean streams) {}

  /** Whether there is nothing. */
  public boolean isEmpty() {
    return topics.isEmpty() && group.isEmpty() && state.isEmpty();
  }
}
