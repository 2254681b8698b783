package io.github.refragstreams.topology.internal.store;

import io.github.refragstreams.topology.TopologyConfig;
import io.github.refragstreams.topology.TopologyNames;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** How the stores are made, and which processor has which. */
public final class StoreBuilders {
  private final TopologyConfig config;

  public StoreBuilders(TopologyConfig config) {
    this.config = config;
  }

  /** Stores of the encode sub-topology. */
  public Set<StoreBuilder<?>> encode() {
    // Vectors can be made again, so their changelog may forget; sizes must outlive their vectors.
    Map<String, String> vectors =
        Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG,
            "compact,delete",
            TopicConfig.RETENTION_MS_CONFIG,
            String.valueOf(config.cache().retention().toMillis()));
    return ordered(
        bytes(TopologyNames.CHUNK_EMBEDDINGS).withCachingDisabled().withLoggingEnabled(vectors),
        bytes(TopologyNames.CHUNK_EMBEDDINGS_USE).withCachingEnabled(),
        pending(TopologyNames.ENCODE_PENDING));
  }

  /** Stores of the answer sub-topology. */
  public Set<StoreBuilder<?>> answer() {
    Duration window = config.answer().duplicateWindow();
    return ordered(
        Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(TopologyNames.REQUESTS),
                Serdes.String(),
                new PendingSerde())
            .withCachingEnabled(),
        pending(TopologyNames.REQUEST_PASSAGES),
        Stores.windowStoreBuilder(
            Stores.persistentWindowStore(TopologyNames.ANSWERED, window, window, false),
            Serdes.String(),
            Serdes.String()),
        Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(TopologyNames.CONVERSATIONS),
                Serdes.String(),
                Serdes.ByteArray())
            .withCachingEnabled());
  }

  /** A supplier that connects its processor with the stores. */
  public <K, V, L, W> ProcessorSupplier<K, V, L, W> supplier(
      Supplier<Processor<K, V, L, W>> processor, Set<StoreBuilder<?>> stores) {
    return new ProcessorSupplier<>() {
      @Override
      public Processor<K, V, L, W> get() {
        return processor.get();
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return stores;
      }
    };
  }

  /**
   * A topology describes its stores in the order of their set: it must not change from run to run.
   */
  private static Set<StoreBuilder<?>> ordered(StoreBuilder<?>... builders) {
    return new LinkedHashSet<>(List.of(builders));
  }

  /** What waits is often gone before the next commit: the cache spares the changelog both. */
  private static StoreBuilder<KeyValueStore<Bytes, Pending>> pending(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.Bytes(), new PendingSerde())
        .withCachingEnabled();
  }

  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> bytes(String name) {
    return Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray());
  }
}
