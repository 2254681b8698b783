package io.github.refragstreams.app.client;

import io.github.refragstreams.app.retriever.Turn;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.TopicNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads what was said in a conversation from the topics of queries and answers, for a retriever: it
 * needs no state of its own; and answers by the query's id. Looks at the last {@value
 * #LAST_RECORDS} records of each partition. Safe for use by many threads, one at a time.
 */
public final class ConversationReader implements AutoCloseable {
  private static final int LAST_RECORDS = 1_000;

  private final TopicNames topics;
  private final EventSerdes serdes;
  private final KafkaConsumer<String, byte[]> consumer;
  private final List<TopicPartition> partitions;

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
    this.partitions = LastRecords.partitions(consumer, topics.queries(), topics.answers());
    consumer.assign(partitions);
  }

  /** Turns that are answered, oldest first. */
  public List<Turn> turns(String conversationId) {
    Map<String, String> questions = new LinkedHashMap<>();
    Map<String, String> answers = new HashMap<>();
    readLast(
        found -> {
          // Without value: a query is taken back.
          if (conversationId.equals(found.key()) && found.value() != null) {
            read(found, questions, answers);
          }
        });
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

  /** The answer to a query, if it is among the last. */
  public Optional<Answer> answer(String queryId) {
    List<Answer> answers = new ArrayList<>();
    readLast(
        found -> {
          if (found.topic().equals(topics.answers())) {
            answers.add(answer(found));
          }
        });
    return answers.stream().filter(answer -> answer.getQueryId().equals(queryId)).findFirst();
  }

  @Override
  public synchronized void close() {
    consumer.close();
  }

  private synchronized void readLast(Consumer<ConsumerRecord<String, byte[]>> each) {
    LastRecords.read(consumer, partitions, LAST_RECORDS, each);
  }

  private void read(
      ConsumerRecord<String, byte[]> found,
      Map<String, String> questions,
      Map<String, String> answers) {
    if (found.topic().equals(topics.queries())) {
      Query query =
          serdes.query().deserializer().deserialize(found.topic(), found.headers(), found.value());
      questions.put(query.getQueryId(), query.getQuestion());
    } else {
      Answer answer = answer(found);
      answers.put(answer.getQueryId(), answer.getText());
    }
  }

  private Answer answer(ConsumerRecord<String, byte[]> found) {
    return serdes
        .answer()
        .deserializer()
        .deserialize(found.topic(), found.headers(), found.value());
  }
}
