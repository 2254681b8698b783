package io.github.refragstreams.topology.internal.store;

import io.github.refragstreams.topology.TopologyNames;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * One bounded memory for all stores of the process: by default, Kafka Streams gives each store of
 * each partition its own, some 100 MB. Vectors lie in blob files, so that compaction does not move
 * them again and again.
 */
public final class StoreMemory implements RocksDBConfigSetter {
  private static final long ALL_BYTES = 96L << 20;
  private static final long WRITE_BYTES = 48L << 20;
  private static final long WRITE_BUFFER_BYTES = 4L << 20;
  private static final int WRITE_BUFFERS = 3;

  /** Values of more bytes go to blob files: vectors of more than a few chunks. */
  private static final long BLOB_BYTES = 4L << 10;

  private static final Set<String> BLOBS =
      Set.of(TopologyNames.CHUNK_EMBEDDINGS, TopologyNames.REQUEST_PASSAGES);

  static {
    RocksDB.loadLibrary();
  }

  // Shared by all stores and as long-lived as the process: nobody closes them.
  private static final Cache CACHE = new LRUCache(ALL_BYTES, -1, false, 0.2);
  private static final WriteBufferManager WRITE_BUFFERS_OF_ALL =
      new WriteBufferManager(WRITE_BYTES, CACHE);

  @Override
  public void setConfig(String store, Options options, Map<String, Object> configs) {
    BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(CACHE);
    table.setCacheIndexAndFilterBlocks(true);
    table.setCacheIndexAndFilterBlocksWithHighPriority(true);
    table.setPinTopLevelIndexAndFilter(true);
    options.setTableFormatConfig(table);
    options.setWriteBufferManager(WRITE_BUFFERS_OF_ALL);
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
