package io.github.refragstreams.examples;

import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.serde.RegistryRefusedException;
import io.github.refragstreams.serde.RegistryUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A retriever: an ordinary consumer and producer. What {@link #search} does is up to you. */
public final class RetrieverExample {
  private record Found(String id, String title, String text) {}

  private RetrieverExample() {}

  /** Arguments: brokers, address of the schema registry, topic of queries, topic of passages. */
  public static void main(String[] arguments) throws InterruptedException, ExecutionException {
    Map<String, Object> kafka =
        Map.of(
            "bootstrap.servers", arguments[0],
            "schema.registry.url", arguments[1],
            "group.id", "my-retriever",
            "auto.offset.reset", "earliest",
            "enable.auto.commit", "false");
    try (EventSerdes serdes = new EventSerdes(kafka);
        KafkaConsumer<String, Query> queries =
            new KafkaConsumer<>(kafka, new StringDeserializer(), serdes.query().deserializer());
        KafkaProducer<String, RetrievedPassage> passages =
            new KafkaProducer<>(kafka, new StringSerializer(), serdes.passage().serializer())) {
      queries.subscribe(List.of(arguments[2]));
      while (true) {
        List<Future<?>> sent = new ArrayList<>();
        for (ConsumerRecord<String, Query> query : next(queries)) {
          // No value takes a query back; who expects a number of passages brings them along.
          if (query.value() != null && query.value().getExpectedPassages() == null) {
            List<Found> found = search(query.value().getQuestion());
            for (int rank = 0; rank < found.size(); rank++) {
              RetrievedPassage passage =
                  RetrievedPassage.newBuilder()
                      .setQueryId(query.value().getQueryId())
                      // Brings the passage to its query, whose key it is; null without one.
                      .setConversationId(query.value().getConversationId())
                      .setPassageId(found.get(rank).id())
                      .setRank(rank)
                      .setTitle(found.get(rank).title())
                      .setText(found.get(rank).text())
                      .setTotal(found.size())
                      .build();
              // Under the key of the query.
              sent.add(passages.send(new ProducerRecord<>(arguments[3], query.key(), passage)));
            }
          }
        }
        for (Future<?> passage : sent) {
          passage.get();
        }
        // Only now: after a crash, passages are sent again, which does no harm.
        queries.commitSync();
      }
    }
  }

  /** The next queries. What is none stands in nobody's way: it goes to the dead letters. */
  private static ConsumerRecords<String, Query> next(KafkaConsumer<String, Query> queries) {
    try {
      return queries.poll(Duration.ofSeconds(1));
    } catch (RecordDeserializationException e) {
      // A registry that is away blames no record: this one is read again after the next start.
      if (e.getCause() instanceof RegistryUnavailableException
          || e.getCause() instanceof RegistryRefusedException) {
        throw e;
      }
      System.err.println("no query, passed over: " + e.topicPartition() + "@" + e.offset());
      queries.seek(e.topicPartition(), e.offset() + 1);
      return ConsumerRecords.empty();
    }
  }

  /** Best first. */
  private static List<Found> search(String question) {
    return Stream.of(
            new Found("mn", "Mongolia", "The capital of Mongolia is Ulaanbaatar."),
            new Found("or", "Orkhon", "The Orkhon is a river of Mongolia, 1124 km long."))
        .filter(found -> Stream.of(question.split("\\W+")).anyMatch(found.text()::contains))
        .toList();
  }
}
