package io.github.refragstreams.app.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.topology.CancelHeader;
import io.github.refragstreams.topology.TopicNames;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Finds what the topics hold of queries: looks at the last {@value #LAST_RECORDS} places of each
 * partition, as committed. Safe for use by many threads, each with a connection of its own.
 */
public final class QueryEvents {
  private static final int LAST_RECORDS = 1_000;
  private static final String QUERY_ID = "query_id";

  private final Map<String, String> kafka;
  private final TopicNames topics;
  private final EventDecoder decoder;

  /**
   * @param kafka settings of Kafka's clients
   */
  public QueryEvents(Map<String, String> kafka, TopicNames topics, EventDecoder decoder) {
    this.kafka = kafka;
    this.topics = topics;
    this.decoder = decoder;
  }

  /** Every record about a query, in the order in which they were made. */
  public List<StoredEvent> of(String queryId) {
    List<StoredEvent> found = new ArrayList<>();
    read(
        record -> {
          Optional<SpecificRecord> event = event(record);
          if (isAbout(queryId, record, event)) {
            found.add(StoredEvent.of(record, event.map(EventFields::of).orElse(null)));
          }
        },
        topics.queries(),
        topics.passages(),
        topics.answerTokens(),
        topics.answers(),
        topics.deadLetters());
    found.sort(Comparator.comparing(StoredEvent::at));
    return found;
  }

  /**
   * The last queries, newest first, and what has become of them.
   *
   * @param most how many at most
   */
  public List<QuerySummary> recent(int most) {
    Map<String, QuerySummary> found = new LinkedHashMap<>();
    Set<String> takenBack = new HashSet<>();
    read(
        record -> {
          takenBack(record).ifPresent(takenBack::add);
          event(record)
              .ifPresent(
                  event -> {
                    if (event instanceof Query query) {
                      found.putIfAbsent(query.getQueryId(), QuerySummary.open(query));
                    }
                  });
        },
        topics.queries());
    read(
        record ->
            event(record)
                .ifPresent(
                    event -> {
                      if (event instanceof Answer answer) {
                        found.computeIfPresent(
                            answer.getQueryId(), (id, summary) -> summary.answered(answer));
                      } else if (event instanceof Query refused) {
                        found.computeIfPresent(
                            refused.getQueryId(), (id, summary) -> summary.refused());
                      }
                    }),
        topics.answers(),
        topics.deadLetters());
    takenBack.forEach(
        queryId -> found.computeIfPresent(queryId, (id, summary) -> summary.cancelled()));
    List<QuerySummary> all = new ArrayList<>(found.values());
    all.sort(Comparator.comparing(QuerySummary::askedAt));
    Collections.reverse(all);
    return List.copyOf(all.subList(0, Math.min(most, all.size())));
  }

  private boolean isAbout(
      String queryId,
      ConsumerRecord<byte[], byte @Nullable []> record,
      Optional<SpecificRecord> event) {
    if (event.isPresent()) {
      return Objects.equals(EventFields.of(event.get()).get(QUERY_ID), queryId);
    }
    return takenBack(record).filter(queryId::equals).isPresent();
  }

  /** The query that a record without value takes back. */
  private static Optional<String> takenBack(ConsumerRecord<byte[], byte @Nullable []> record) {
    if (record.value() != null) {
      return Optional.empty();
    }
    Header named = record.headers().lastHeader(CancelHeader.QUERY_ID);
    byte[] id = named == null ? record.key() : named.value();
    return Optional.ofNullable(id).map(bytes -> new String(bytes, UTF_8));
  }

  private Optional<SpecificRecord> event(ConsumerRecord<byte[], byte @Nullable []> record) {
    byte[] value = record.value();
    if (value == null) {
      return Optional.empty();
    }
    String topic =
        record.topic().equals(topics.deadLetters())
            ? Refusal.of(record.headers()).topic()
            : record.topic();
    return decoder.decode(topic, value);
  }

  private void read(Consumer<ConsumerRecord<byte[], byte @Nullable []>> each, String... names) {
    try (KafkaConsumer<byte[], byte @Nullable []> consumer =
        new KafkaConsumer<>(
            ClientSettings.consumer(kafka, true),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      LastRecords.read(consumer, LastRecords.partitions(consumer, names), LAST_RECORDS, each);
    }
  }
}
