package io.github.refragstreams.app.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.refragstreams.app.retriever.Turn;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.serde.BadBytesException;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.serde.IncompatibleSchemaException;
import io.github.refragstreams.serde.UnknownSchemaException;
import io.github.refragstreams.topology.TopicNames;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what was said in a conversation from the topics of queries and answers, for a retriever: it
 * needs no state of its own; and answers by the query's id. A conversation's records have its id as
 * their key, and so one partition of each topic, which alone is read for it; of an answer nobody
 * knows the key. Looks at the last {@value #LAST_RECORDS} places of each partition, and passes over
 * those that are none of these events: whoever may send records could spoil a conversation with
 * one. Safe for use by many threads, one at a time; none waits for its turn for ever.
 */
public final class ConversationReader implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(ConversationReader.class);
  private static final int LAST_RECORDS = 1_000;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  /** What a call keeps at most, beside one record: the newest. */
  private static final int MOST_BYTES = 8 << 20;

  /** The answer's query, as the topology writes it. */
  private static final String SUBJECT = "ce_subject";

  private final TopicNames topics;
  private final EventSerdes serdes;
  private final KafkaConsumer<String, byte[]> consumer;
  private final OneAtATime reading = new OneAtATime(LONGEST_WAIT);

  /**
   * @param kafka settings of Kafka's clients
   * @param serdes not closed by this object
   */
  public ConversationReader(Map<String, String> kafka, TopicNames topics, EventSerdes serdes) {
    this.topics = topics;
    this.serdes = serdes;
    this.consumer =
        new KafkaConsumer<>(
            ClientSettings.consumer(kafka, true),
            new StringDeserializer(),
            new ByteArrayDeserializer());
  }

  /**
   * Turns that are answered, oldest first.
   *
   * @throws org.apache.kafka.common.KafkaException when cluster or registry cannot be reached
   * @throws BusyException when others are reading
   */
  public List<Turn> turns(String conversationId) {
    Map<String, String> questions = new LinkedHashMap<>();
    Map<String, String> answers = new HashMap<>();
    for (ConsumerRecord<String, byte[]> found :
        last(
            () ->
                LastRecords.partitionsOf(
                    consumer, conversationId, topics.queries(), topics.answers()),
            record -> conversationId.equals(record.key()))) {
      if (found.topic().equals(topics.queries())) {
        read(found, serdes.query().deserializer())
            .ifPresent(query -> questions.put(query.getQueryId(), query.getQuestion()));
      } else {
        read(found, serdes.answer().deserializer())
            .ifPresent(answer -> answers.put(answer.getQueryId(), answer.getText()));
      }
    }
    List<Turn> turns = new ArrayList<>();
    questions.forEach(
        (id, question) -> {
          String answer = answers.get(id);
          if (answer != null) {
            turns.add(new Turn(question, answer));
          }
        });
    return turns;
  }

  /**
   * The answer to a query, if it is among the last.
   *
   * @throws org.apache.kafka.common.KafkaException when cluster or registry cannot be reached
   * @throws BusyException when others are reading
   */
  public Optional<Answer> answer(String queryId) {
    return last(
            () -> LastRecords.partitions(consumer, topics.answers()),
            record -> mayAnswer(record, queryId))
        .stream()
        .map(found -> read(found, serdes.answer().deserializer()))
        .flatMap(Optional::stream)
        .filter(answer -> answer.getQueryId().equals(queryId))
        .findFirst();
  }

  @Override
  public void close() {
    reading.close(consumer::close);
  }

  /**
   * Not decoded yet: the registry may take its time, and nobody else should wait for it.
   *
   * @param partitions asks the cluster, which may have got more of them meanwhile
   */
  private List<ConsumerRecord<String, byte[]>> last(
      Supplier<List<TopicPartition>> partitions, Predicate<ConsumerRecord<String, byte[]>> wanted) {
    return reading.call(
        () -> {
          Deque<ConsumerRecord<String, byte[]>> found = new ArrayDeque<>();
          AtomicInteger bytes = new AtomicInteger();
          LastRecords.read(
              consumer,
              partitions.get(),
              LAST_RECORDS,
              record -> {
                // Without value: a query is taken back.
                if (record.value() != null && wanted.test(record)) {
                  found.add(record);
                  bytes.addAndGet(record.value().length);
                  while (bytes.get() > MOST_BYTES && found.size() > 1) {
                    bytes.addAndGet(-found.remove().value().length);
                  }
                }
              });
          return List.copyOf(found);
        });
  }

  /** Whether a record may be the answer to a query: without a header, nobody can know. */
  private static boolean mayAnswer(ConsumerRecord<String, byte[]> record, String queryId) {
    Header subject = record.headers().lastHeader(SUBJECT);
    return subject == null || Arrays.equals(queryId.getBytes(UTF_8), subject.value());
  }

  /** Empty where the record is none of these events. */
  private static <T> Optional<T> read(
      ConsumerRecord<String, byte[]> found, Deserializer<T> deserializer) {
    try {
      return Optional.of(deserializer.deserialize(found.topic(), found.headers(), found.value()));
    } catch (BadBytesException | UnknownSchemaException | IncompatibleSchemaException e) {
      LOGGER
          .atDebug()
          .addKeyValue("topic", found.topic())
          .addKeyValue("partition", found.partition())
          .addKeyValue("offset", found.offset())
          .addKeyValue("failure", e.getClass().getName())
          .log("a record that cannot be read is passed over");
      return Optional.empty();
    }
  }
}
