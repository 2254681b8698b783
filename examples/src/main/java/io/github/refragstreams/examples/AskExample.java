package io.github.refragstreams.examples;

import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.QueryOptions;
import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.serde.EventSerdes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A client that brings its passages along: sends them with the question, awaits the answer. */
public final class AskExample {
  private static final List<String> PASSAGES =
      List.of(
          "The capital of Mongolia is Ulaanbaatar.",
          "The Orkhon is a river of Mongolia, 1124 km long.");

  private final Map<String, Object> kafka;

  /**
   * @param kafka {@code bootstrap.servers}, {@code schema.registry.url}, and whatever your cluster
   *     wants besides
   */
  public AskExample(Map<String, Object> kafka) {
    this.kafka = kafka;
  }

  /** Arguments: brokers, address of the schema registry, question. */
  public static void main(String[] arguments) throws InterruptedException, ExecutionException {
    Map<String, Object> kafka =
        Map.of(
            "bootstrap.servers", arguments[0],
            "schema.registry.url", arguments[1],
            "isolation.level", "read_committed");
    Optional<Answer> answer =
        new AskExample(kafka)
            .ask(arguments[2], "rag.queries", "rag.passages", "rag.answers", Duration.ofMinutes(1));
    System.out.println(answer.map(Answer::getText).orElse("no answer within a minute"));
  }

  /** The answer, if it comes in time. */
  public Optional<Answer> ask(
      String question, String queries, String passages, String answers, Duration patience)
      throws InterruptedException, ExecutionException {
    String id = UUID.randomUUID().toString();
    try (EventSerdes serdes = new EventSerdes(kafka);
        KafkaConsumer<String, Answer> consumer =
            new KafkaConsumer<>(kafka, new StringDeserializer(), serdes.answer().deserializer());
        KafkaProducer<String, Query> asking =
            new KafkaProducer<>(kafka, new StringSerializer(), serdes.query().serializer());
        KafkaProducer<String, RetrievedPassage> bringing =
            new KafkaProducer<>(kafka, new StringSerializer(), serdes.passage().serializer())) {
      // No group is needed to follow one answer: from here on, in all partitions.
      consumer.assign(
          consumer.partitionsFor(answers).stream()
              .map(each -> new TopicPartition(each.topic(), each.partition()))
              .toList());
      consumer.seekToEnd(consumer.assignment());
      consumer.assignment().forEach(consumer::position);
      Query query =
          Query.newBuilder()
              .setQueryId(id)
              .setQuestion(question)
              .setExpectedPassages(PASSAGES.size())
              .setOptionsBuilder(QueryOptions.newBuilder())
              .setCreatedAt(Instant.now())
              .build();
      // The key of a query without conversation is its id; its passages have the same key.
      List<Future<?>> sent = new ArrayList<>();
      sent.add(asking.send(new ProducerRecord<>(queries, id, query)));
      for (int rank = 0; rank < PASSAGES.size(); rank++) {
        RetrievedPassage passage =
            RetrievedPassage.newBuilder()
                .setQueryId(id)
                .setPassageId("p" + rank)
                .setRank(rank)
                .setText(PASSAGES.get(rank))
                .build();
        sent.add(bringing.send(new ProducerRecord<>(passages, id, passage)));
      }
      for (Future<?> each : sent) {
        each.get();
      }
      Instant end = Instant.now().plus(patience);
      while (Instant.now().isBefore(end)) {
        for (ConsumerRecord<String, Answer> record : consumer.poll(Duration.ofMillis(200))) {
          if (record.value().getQueryId().equals(id)) {
            return Optional.of(record.value());
          }
        }
      }
      return Optional.empty();
    }
  }
}
