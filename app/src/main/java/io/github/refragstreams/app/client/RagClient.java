package io.github.refragstreams.app.client;

import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.TopicNames;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Asks one question at a time and follows its answer. Reads from the end of the topics, without a
 * consumer group. For one thread.
 */
public final class RagClient implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  private final TopicNames topics;
  private final EventSerdes serdes;
  private final KafkaProducer<String, byte[]> producer;
  private final KafkaConsumer<String, byte[]> consumer;

  /**
   * Connects, and reads the outputs from now on.
   *
   * @param kafka settings of Kafka's clients
   * @param serdes not closed by this object
   * @param committedOnly whether to see only what transactions have committed: exactly one answer,
   *     tokens a little later
   * @throws KafkaException when the cluster cannot be reached or has not the topics
   */
  public RagClient(
      Map<String, String> kafka, TopicNames topics, EventSerdes serdes, boolean committedOnly) {
    this.topics = topics;
    this.serdes = serdes;
    this.producer =
        new KafkaProducer<>(
            ClientSettings.producer(kafka), new StringSerializer(), new ByteArraySerializer());
    this.consumer =
        new KafkaConsumer<>(
            ClientSettings.consumer(kafka, committedOnly),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    try {
      OutputTopics.follow(consumer, topics);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Sends a question with its passages and waits for the answer.
   *
   * @throws RefusedException when the question went to the dead letters
   * @throws NoAnswerException when {@code timeout} passes first
   */
  public Answer ask(AskedQuestion asked, AnswerListener listener, Duration timeout) {
    Query query = asked.query();
    String key = query.getConversationId() == null ? query.getQueryId() : query.getConversationId();
    Future<RecordMetadata> sent = send(topics.queries(), key, query, serdes.query().serializer());
    for (RetrievedPassage passage : asked.passages()) {
      sent = send(topics.passages(), key, passage, serdes.passage().serializer());
    }
    producer.flush();
    check(sent);
    return await(query.getQueryId(), key, new StreamedAnswer(listener), timeout);
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
    consumer.close();
  }

  private <T> Future<RecordMetadata> send(
      String topic, String key, T value, Serializer<T> serializer) {
    Headers headers = new RecordHeaders();
    byte[] bytes = serializer.serialize(topic, headers, value);
    return producer.send(new ProducerRecord<>(topic, null, key, bytes, headers));
  }

  private Answer await(String queryId, String key, StreamedAnswer streamed, Duration timeout) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < timeout.toNanos()) {
      for (ConsumerRecord<String, byte[]> found : consumer.poll(POLL)) {
        if (key.equals(found.key())) {
          Optional<Answer> answer = accept(found, queryId, streamed);
          if (answer.isPresent()) {
            return answer.get();
          }
        }
      }
    }
    throw new NoAnswerException(timeout);
  }

  /** The answer, if this record is it. */
  private Optional<Answer> accept(
      ConsumerRecord<String, byte[]> found, String queryId, StreamedAnswer streamed) {
    if (found.topic().equals(topics.deadLetters())) {
      refuse(found.headers(), streamed);
      return Optional.empty();
    }
    if (found.topic().equals(topics.answerTokens())) {
      var token =
          serdes
              .answerToken()
              .deserializer()
              .deserialize(found.topic(), found.headers(), found.value());
      if (token.getQueryId().equals(queryId)) {
        streamed.accept(token);
      }
      return Optional.empty();
    }
    Answer answer =
        serdes.answer().deserializer().deserialize(found.topic(), found.headers(), found.value());
    if (!answer.getQueryId().equals(queryId)) {
      return Optional.empty();
    }
    streamed.finish(answer);
    return Optional.of(answer);
  }

  /** A question that is refused gets no answer; one whose passage is refused may get one. */
  private void refuse(Headers headers, StreamedAnswer streamed) {
    Refusal refusal = Refusal.of(headers);
    if (refusal.topic().equals(topics.queries())) {
      throw new RefusedException(refusal);
    }
    streamed.passageRefused(refusal.code());
  }

  private static void check(Future<RecordMetadata> sent) {
    try {
      sent.get();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      throw new KafkaException(String.valueOf(e.getMessage()), e);
    }
  }
}
