package io.github.refragstreams.topology.internal.store;

import io.github.refragstreams.topology.StoresConfig;
import io.github.refragstreams.topology.TopologyNames;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * One bounded memory for all stores of the process: by default, Kafka Streams gives each store of
 * each partition its own, some 100 MB. The first store that is opened decides on the size. Vectors
 * lie in blob files, so that compaction does not move them again and again.
 */
public final class StoreMemory implements RocksDBConfigSetter {
  private static final String MEMORY_BYTES = "refrag.stores.memory-bytes";
  private static final String WRITE_BYTES = "refrag.stores.write-buffer-bytes";
  private static final long WRITE_BUFFER_BYTES = 4L << 20;
  private static final int WRITE_BUFFERS = 3;

  /** Values of more bytes go to blob files: vectors of more than a few chunks. */
  private static final long BLOB_BYTES = 4L << 10;

  private static final Set<String> BLOBS =
      Set.of(TopologyNames.CHUNK_EMBEDDINGS, TopologyNames.REQUEST_PASSAGES);

  static {
    RocksDB.loadLibrary();
  }

  /** Shared by all stores and as long-lived as the process: nobody closes them. */
  private record Shared(Cache blocks, WriteBufferManager writeBuffers) {
    private static @Nullable Shared instance;

    static synchronized Shared of(Map<String, Object> configs) {
      if (instance == null) {
        Cache blocks = new LRUCache(bytes(configs, MEMORY_BYTES), -1, false, 0.2);
        instance = new Shared(blocks, new WriteBufferManager(bytes(configs, WRITE_BYTES), blocks));
      }
      return instance;
    }

    private static long bytes(Map<String, Object> configs, String key) {
      return Long.parseLong(String.valueOf(configs.get(key)));
    }
  }

  /** What {@link #setConfig} reads: Kafka Streams hands over its own settings, and only these. */
  public static Map<String, Object> settings(StoresConfig config) {
    return Map.of(MEMORY_BYTES, config.memoryBytes(), WRITE_BYTES, config.writeBufferBytes());
  }

  @Override
  public void setConfig(String store, Options options, Map<String, Object> configs) {
    Shared shared = Shared.of(configs);
    BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(shared.blocks);
    table.setCacheIndexAndFilterBlocks(true);
    table.setCacheIndexAndFilterBlocksWithHighPriority(true);
    table.setPinTopLevelIndexAndFilter(true);
    options.setTableFormatConfig(table);
    options.setWriteBufferManager(shared.writeBuffers);
    options.setWriteBufferSize(WRITE_BUFFER_BYTES);
    options.setMaxWriteBufferNumber(WRITE_BUFFERS);
    if (BLOBS.contains(store)) {
      options.setEnableBlobFiles(true);
      options.setMinBlobSize(BLOB_BYTES);
      options.setEnableBlobGarbageCollection(true);
    }
  }

  @Override
  public void close(String store, Options options) {
    // The store closes its options; cache and write buffers are shared.
  }
}
