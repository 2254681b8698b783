package io.github.refragstreams.topology.internal.encode;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.refragstreams.topology.internal.store.EncodedText;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * The vectors in use, on the heap and ready to be sent, in front of the stores of all tasks of the
 * process: a hit spares the store's read and a copy. What leaves a store leaves here too. For many
 * threads.
 */
public final class HotVectors {
  private final Cache<Bytes, EncodedText> cache;

  /**
   * @param maxBytes most bytes of tokens and vectors; 0: none
   */
  public HotVectors(long maxBytes) {
    cache =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .weigher((Bytes key, EncodedText text) -> key.get().length + text.bytes())
            // Its upkeep is short, and done by whoever comes by.
            .executor(Runnable::run)
            .build();
  }

  @Nullable EncodedText get(Bytes key) {
    return cache.getIfPresent(key);
  }

  void put(Bytes key, EncodedText text) {
    cache.put(key, text);
  }

  void remove(Bytes key) {
    cache.invalidate(key);
  }
}
