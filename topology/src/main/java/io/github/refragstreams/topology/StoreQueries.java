package io.github.refragstreams.topology;

import io.github.refragstreams.model.BundleInfo;
import io.github.refragstreams.model.Chunker;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.internal.answer.RequestLookup;
import io.github.refragstreams.topology.internal.encode.VectorKey;
import io.github.refragstreams.topology.internal.record.TextHash;
import io.github.refragstreams.topology.internal.store.EncodedText;
import io.github.refragstreams.topology.internal.store.Pending;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.state.QueryableStoreType;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Looks into the stores of a topology that runs: what has become of a query, and whether a passage
 * is encoded. Sees the tasks of this process; those of other instances are theirs to ask. Changes
 * nothing, and waits for nobody. Safe for use by many threads.
 */
public final class StoreQueries {
  private final KafkaStreams streams;
  private final EventSerdes serdes;
  private final BundleInfo bundle;

  /**
   * @param streams run a {@link RagTopology}
   * @param bundle whose vectors are asked for
   */
  public StoreQueries(KafkaStreams streams, EventSerdes serdes, BundleInfo bundle) {
    this.streams = streams;
    this.serdes = serdes;
    this.bundle = bundle;
  }

  /**
   * What has become of a query.
   *
   * @throws org.apache.kafka.streams.errors.InvalidStateStoreException while tasks start or move:
   *     ask again
   */
  public QueryState query(String queryId) {
    return new RequestLookup(
            store(TopologyNames.REQUESTS, QueryableStoreTypes.<String, Pending>keyValueStore()),
            store(
                TopologyNames.REQUEST_PASSAGES,
                QueryableStoreTypes.<Bytes, Pending>keyValueStore()),
            store(TopologyNames.ANSWERED, QueryableStoreTypes.<String, String>windowStore()),
            serdes)
        .find(queryId);
  }

  /**
   * What is kept of a passage; empty when it is to be encoded first.
   *
   * @param title and {@code text} exactly as in the passage
   * @throws org.apache.kafka.streams.errors.InvalidStateStoreException like {@link #query}
   */
  public Optional<CachedPassage> passage(@Nullable String title, String text) {
    return passage(
        store(TopologyNames.CHUNK_EMBEDDINGS, QueryableStoreTypes.keyValueStore()),
        bundle,
        title,
        text);
  }

  static Optional<CachedPassage> passage(
      ReadOnlyKeyValueStore<Bytes, byte[]> vectors,
      BundleInfo bundle,
      @Nullable String title,
      String text) {
    byte[] hash = TextHash.of(Chunker.readText(title, text));
    byte[] stored = vectors.get(VectorKey.of(hash, bundle, bundle.defaultChunkTokens()));
    return Optional.ofNullable(stored)
        .filter(EncodedText::isReadable)
        .map(EncodedText::read)
        .map(StoreQueries::cached);
  }

  private static CachedPassage cached(EncodedText text) {
    return new CachedPassage(
        text.tokenIds().length / Integer.BYTES,
        text.vectors().rows(),
        text.vectors().dimension(),
        text.bytes());
  }

  private <T> T store(String name, QueryableStoreType<T> type) {
    return streams.store(StoreQueryParameters.fromNameAndType(name, type));
  }
}
