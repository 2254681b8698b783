package io.github.refragstreams.topology.internal.answer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.refragstreams.topology.internal.store.Pending;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.kafka.common.serialization.BytesSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Queries without answer and their passages, in two stores: a passage is written once, whatever
 * number of others follows.
 */
final class RequestStore {
  private final KeyValueStore<String, Pending> queries;
  private final KeyValueStore<Bytes, Pending> passages;

  RequestStore(KeyValueStore<String, Pending> queries, KeyValueStore<Bytes, Pending> passages) {
    this.queries = queries;
    this.passages = passages;
  }

  void putQuery(String queryId, Pending query) {
    queries.put(queryId, query);
  }

  @Nullable Pending query(String queryId) {
    return queries.get(queryId);
  }

  void putPassage(String queryId, String passageId, Pending passage) {
    passages.put(key(queryId, passageId), passage);
  }

  List<Pending> passages(String queryId) {
    List<Pending> found = new ArrayList<>();
    try (KeyValueIterator<Bytes, Pending> all =
        passages.prefixScan(Bytes.wrap(prefix(queryId)), new BytesSerializer())) {
      all.forEachRemaining(entry -> found.add(entry.value));
    }
    return found;
  }

  @Nullable Pending passage(String queryId, String passageId) {
    return passages.get(key(queryId, passageId));
  }

  /** Removes a query and its passages, without reading them. */
  void remove(String queryId, Collection<String> passageIds) {
    removeQuery(queryId);
    passageIds.forEach(id -> removePassage(key(queryId, id)));
  }

  void eachQuery(BiConsumer<String, Pending> action) {
    try (KeyValueIterator<String, Pending> all = queries.all()) {
      all.forEachRemaining(entry -> action.accept(entry.key, entry.value));
    }
  }

  /** With the key that {@link #removePassage} takes. */
  void eachPassage(BiConsumer<Bytes, Pending> action) {
    try (KeyValueIterator<Bytes, Pending> all = passages.all()) {
      all.forEachRemaining(entry -> action.accept(entry.key, entry.value));
    }
  }

  void removeQuery(String queryId) {
    // To delete would be to read what was there.
    queries.put(queryId, null);
  }

  void removePassage(Bytes key) {
    passages.put(key, null);
  }

  private static Bytes key(String queryId, String passageId) {
    byte[] prefix = prefix(queryId);
    byte[] id = passageId.getBytes(UTF_8);
    return Bytes.wrap(ByteBuffer.allocate(prefix.length + id.length).put(prefix).put(id).array());
  }

  /** The id with its length in front: no id is the beginning of another one's key. */
  static byte[] prefix(String queryId) {
    byte[] id = queryId.getBytes(UTF_8);
    return ByteBuffer.allocate(Integer.BYTES + id.length).putInt(id.length).put(id).array();
  }
}
