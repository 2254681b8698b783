package io.github.refragstreams.topology;

import java.util.Map;

/**
 * A topic that must exist before the application starts.
 *
 * @param role its key in the configuration, for example {@code queries}
 * @param partitions partitions to create it with
 * @param exactPartitions whether it must have just as many; else any number works
 * @param config settings to create it with
 */
public record TopicSpec(
    String name, String role, int partitions, boolean exactPartitions, Map<String, String> config) {
  public TopicSpec {
    config = Map.copyOf(config);
  }
}
