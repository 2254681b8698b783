package io.github.refragstreams.app.service;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.topology.GroupProtocol;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Who an instance is to its group (static membership, KIP-345): one that comes back with its state
 * folder gets its tasks back, without a rebalance. The id lies in that folder, since whoever has
 * the state is the instance.
 */
public final class InstanceId {
  private static final String SETTING = ConsumerConfig.GROUP_INSTANCE_ID_CONFIG;
  private static final String FILE = "refrag-instance-id";

  private InstanceId() {}

  /**
   * The settings that make it a static member; none where the protocol knows no such members, or
   * the user has set an id. Creates the id where it is missing.
   *
   * @param kafka settings that go before those of the configuration
   */
  public static Map<String, String> settings(AppConfig config, Map<String, String> kafka) {
    if (config.groupProtocol() != GroupProtocol.CLASSIC) {
      return Map.of();
    }
    StreamsConfig all = new StreamsConfig(config.streams(kafka));
    if (all.originals().keySet().stream().anyMatch(key -> key.endsWith(SETTING))) {
      return Map.of();
    }
    StateFile file = StateFile.of(all, FILE);
    if (file.read().isEmpty()) {
      file.write(UUID.randomUUID().toString());
    }
    return Map.of(SETTING, file.read().orElseThrow());
  }
}
