package io.github.refragstreams.topology.internal.answer;

import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.QueryState;
import io.github.refragstreams.topology.QueryState.Phase;
import io.github.refragstreams.topology.internal.store.Pending;
import java.time.Instant;
import org.apache.kafka.common.serialization.BytesSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what has become of a query, beside the tasks that work on it.
 *
 * @param answered query id → generation that answered it, or that it was taken back
 */
public record RequestLookup(
    ReadOnlyKeyValueStore<String, Pending> queries,
    ReadOnlyKeyValueStore<Bytes, Pending> passages,
    ReadOnlyWindowStore<String, String> answered,
    EventSerdes serdes) {

  public QueryState find(String queryId) {
    // Before the answer: a query that is answered meanwhile is found in one of both.
    Pending query = queries.get(queryId);
    int arrived = passages(queryId);
    if (query != null) {
      return new QueryState(
          queryId,
          Phase.OPEN,
          arrived,
          expected(query),
          Instant.ofEpochMilli(query.since()),
          query.attempt(),
          null);
    }
    QueryState answer = answer(queryId);
    if (answer != null) {
      return answer;
    }
    Phase phase = arrived > 0 ? Phase.WITHOUT_QUERY : Phase.UNKNOWN;
    return new QueryState(queryId, phase, arrived, null, null, 0, null);
  }

  private @Nullable QueryState answer(String queryId) {
    try (WindowStoreIterator<String> found =
        answered.fetch(queryId, Instant.EPOCH, Instant.ofEpochMilli(Long.MAX_VALUE))) {
      if (!found.hasNext()) {
        return null;
      }
      var answer = found.next();
      Instant at = Instant.ofEpochMilli(answer.key);
      return answer.value.equals(Answered.CANCELLED)
          ? new QueryState(queryId, Phase.CANCELLED, 0, null, at, 0, null)
          : new QueryState(queryId, Phase.ANSWERED, 0, null, at, 0, answer.value);
    }
  }

  private int passages(String queryId) {
    int count = 0;
    try (KeyValueIterator<Bytes, Pending> all =
        passages.prefixScan(Bytes.wrap(RequestStore.prefix(queryId)), new BytesSerializer())) {
      for (; all.hasNext(); all.next()) {
        count++;
      }
    }
    return count;
  }

  private @Nullable Integer expected(Pending query) {
    return serdes
        .query()
        .deserializer()
        .deserialize(query.origin().topic(), query.origin().value())
        .getExpectedPassages();
  }
}
