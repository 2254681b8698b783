package io.github.refragstreams.topology.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.topology.StoresConfig;
import io.github.refragstreams.topology.TopologyNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

/** RocksDB as it is set for the stores. */
class StoreMemoryTest {
  private static final String CAPACITY = "rocksdb.block-cache-capacity";
  private static final String USAGE = "rocksdb.block-cache-usage";
  private static final byte[] KEY = {1};

  /** What other tests of this process have: the first store decides. */
  private final StoresConfig config = StoresConfig.defaults();

  private final StoreMemory memory = new StoreMemory();

  @TempDir private Path folder;

  @Test
  void allStoresTogetherHaveOneBoundedMemory() throws Exception {
    try (Options first = options(TopologyNames.REQUESTS);
        Options second = options(TopologyNames.CONVERSATIONS);
        RocksDB one = RocksDB.open(first, folder.resolve("one").toString());
        RocksDB two = RocksDB.open(second, folder.resolve("two").toString())) {
      // When
      write(one, 100);
      // Then
      assertThat(first.writeBufferManager()).isNotNull().isSameAs(second.writeBufferManager());
      assertThat(List.of(one.getLongProperty(CAPACITY), two.getLongProperty(CAPACITY)))
          .containsOnly(config.memoryBytes());
      assertThat(two.getLongProperty(USAGE)).isPositive().isEqualTo(one.getLongProperty(USAGE));
    }
  }

  @Test
  void vectorsLieInBlobFiles() throws Exception {
    assertThat(blobs(TopologyNames.CHUNK_EMBEDDINGS, 8 << 10)).isOne();
    assertThat(blobs(TopologyNames.REQUEST_PASSAGES, 8 << 10)).isOne();
    assertThat(blobs(TopologyNames.CHUNK_EMBEDDINGS, 100)).as("a small value").isZero();
    assertThat(blobs(TopologyNames.CONVERSATIONS, 8 << 10)).as("another store").isZero();
  }

  /** Blob files of a store with one value. */
  private long blobs(String store, int bytes) throws Exception {
    Path path = folder.resolve(store + bytes);
    try (Options options = options(store);
        RocksDB database = RocksDB.open(options, path.toString())) {
      write(database, bytes);
    }
    try (Stream<Path> files = Files.list(path)) {
      return files.filter(file -> file.toString().endsWith(".blob")).count();
    }
  }

  private static void write(RocksDB database, int bytes) throws Exception {
    database.put(KEY, new byte[bytes]);
    try (FlushOptions flush = new FlushOptions()) {
      database.flush(flush);
    }
    assertThat(database.get(KEY)).hasSize(bytes);
  }

  private Options options(String store) {
    Options options =
        new Options().setCreateIfMissing(true).setTableFormatConfig(new BlockBasedTableConfig());
    memory.setConfig(store, options, StoreMemory.settings(config));
    return options;
  }
}
