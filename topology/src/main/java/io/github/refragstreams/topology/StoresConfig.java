package io.github.refragstreams.topology;

/**
 * Native memory of all RocksDB stores of a process together. Keys start with {@code stores}.
 *
 * @param memoryBytes blocks, indexes, filters and write buffers
 * @param writeBufferBytes share of the write buffers in it
 */
public record StoresConfig(long memoryBytes, long writeBufferBytes) {
  private static final long LEAST_BYTES = 4L << 20;

  public StoresConfig {
    Require.atLeast(LEAST_BYTES, "stores.write-buffer-bytes", writeBufferBytes);
    Require.that(
        memoryBytes >= writeBufferBytes,
        "stores.memory-bytes",
        memoryBytes,
        "at least stores.write-buffer-bytes");
  }

  public static StoresConfig defaults() {
    return new StoresConfig(96L << 20, 48L << 20);
  }
}
