package io.github.refragstreams.app.config;

import io.github.refragstreams.topology.StoresConfig;
import java.util.List;

/** Keys below {@code stores.}: native memory of the stores. */
final class StoresKeys {
  private static final StoresConfig DEFAULTS = StoresConfig.defaults();

  static final Key<Long> MEMORY_BYTES =
      new Key<>(
          "stores.memory-bytes",
          ValueTypes.size(),
          DEFAULTS.memoryBytes(),
          "Native memory of all RocksDB stores of the process together: blocks, indexes, filters"
              + " and write buffers.");

  static final Key<Long> WRITE_BUFFER_BYTES =
      new Key<>(
          "stores.write-buffer-bytes",
          ValueTypes.size(),
          DEFAULTS.writeBufferBytes(),
          "Share of the write buffers in it, at least 4MiB.");

  static final List<Key<?>> ALL = List.of(MEMORY_BYTES, WRITE_BUFFER_BYTES);

  private StoresKeys() {}

  static StoresConfig read(ConfigSource source) {
    return new StoresConfig(source.get(MEMORY_BYTES), source.get(WRITE_BUFFER_BYTES));
  }
}
