package io.github.refragstreams.app.load;

import io.github.refragstreams.app.client.AskedQuestion;
import io.github.refragstreams.app.client.ClientSettings;
import io.github.refragstreams.app.client.OutputTopics;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerToken;
import io.github.refragstreams.schemas.Document;
import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.DeadLetterHeaders;
import io.github.refragstreams.topology.TopicNames;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends any number of questions at a time and follows their answers on a thread of its own, which
 * reads what is committed from now on. Safe for use by many threads.
 */
final class LoadClient implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  private final TopicNames topics;
  private final EventSerdes serdes;
  private final KafkaProducer<String, byte[]> producer;
  private final KafkaConsumer<String, byte[]> consumer;
  private final Thread reader;
  private final Map<String, Asked> asked = new ConcurrentHashMap<>();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger surplus = new AtomicInteger();

  /** A question without answer. Only the reader touches {@link #firstTokenNanos}. */
  private static final class Asked {
    final AskedQuestion question;
    final long sentNanos = System.nanoTime();
    final CompletableFuture<Served> served = new CompletableFuture<>();
    long firstTokenNanos;

    Asked(AskedQuestion question) {
      this.question = question;
    }
  }

  /**
   * @param kafka settings of Kafka's clients
   * @param serdes not closed by this object
   */
  LoadClient(Map<String, String> kafka, TopicNames topics, EventSerdes serdes) {
    this.topics = topics;
    this.serdes = serdes;
    this.producer =
        new KafkaProducer<>(
            ClientSettings.producer(kafka), new StringSerializer(), new ByteArraySerializer());
    this.consumer =
        new KafkaConsumer<>(
            ClientSettings.consumer(kafka, true),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    OutputTopics.follow(consumer, topics);
    this.reader = new Thread(this::read, "refrag-load-reader");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Sends a question with its passages.
   *
   * @return fails with {@link KafkaException} when the question is refused
   */
  CompletableFuture<Served> ask(AskedQuestion question) {
    String id = question.query().getQueryId();
    Asked waiting = new Asked(question);
    asked.put(id, waiting);
    send(topics.queries(), id, question.query(), serdes.query().serializer());
    question.passages().forEach(this::retrieve);
    return waiting.served;
  }

  /** Sends a passage of a query. */
  void retrieve(RetrievedPassage passage) {
    send(topics.passages(), passage.getQueryId(), passage, serdes.passage().serializer());
  }

  /** Sends a document. */
  void publish(Document document) {
    send(topics.documents(), document.getDocumentId(), document, serdes.document().serializer());
  }

  /** Returns when all that was sent is with Kafka. */
  void flush() {
    producer.flush();
  }

  /** Questions that are neither answered nor refused. */
  int unanswered() {
    return asked.size();
  }

  /** Records that went to the dead letters. */
  int refused() {
    return refused.get();
  }

  /** Answers that nobody waits for: second ones. */
  int surplus() {
    return surplus.get();
  }

  @Override
  public void close() {
    consumer.wakeup();
    try {
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.close(Duration.ofSeconds(5));
  }

  private <T> void send(String topic, String key, T value, Serializer<T> serializer) {
    var unused =
        producer.send(new ProducerRecord<>(topic, key, serializer.serialize(topic, value)));
  }

  private void read() {
    try (consumer) {
      while (true) {
        consumer.poll(POLL).forEach(this::accept);
      }
    } catch (WakeupException closed) {
      asked.values().forEach(waiting -> waiting.served.cancel(false));
    } catch (RuntimeException e) {
      asked.values().forEach(waiting -> waiting.served.completeExceptionally(e));
    }
  }

  private void accept(ConsumerRecord<String, byte[]> found) {
    long now = System.nanoTime();
    if (found.topic().equals(topics.answerTokens())) {
      AnswerToken token =
          serdes.answerToken().deserializer().deserialize(found.topic(), found.value());
      Asked waiting = asked.get(token.getQueryId());
      if (waiting != null && waiting.firstTokenNanos == 0) {
        waiting.firstTokenNanos = now;
      }
    } else if (found.topic().equals(topics.answers())) {
      answered(serdes.answer().deserializer().deserialize(found.topic(), found.value()), now);
    } else {
      refused(found);
    }
  }

  private void answered(Answer answer, long now) {
    Asked waiting = asked.remove(answer.getQueryId());
    if (waiting == null) {
      surplus.incrementAndGet();
      return;
    }
    // An answer without text has no token; its topic may also be read before that of the tokens.
    long first = waiting.firstTokenNanos == 0 ? now : waiting.firstTokenNanos;
    waiting.served.complete(new Served(waiting.question, answer, waiting.sentNanos, first, now));
  }

  private void refused(ConsumerRecord<String, byte[]> dead) {
    refused.incrementAndGet();
    if (topics.queries().equals(header(dead, DeadLetterHeaders.TOPIC))) {
      Asked waiting = asked.remove(dead.key());
      if (waiting != null) {
        waiting.served.completeExceptionally(
            new KafkaException("refused: " + header(dead, DeadLetterHeaders.CODE)));
      }
    }
  }

  private static @Nullable String header(ConsumerRecord<?, ?> dead, String name) {
    Header header = dead.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }
}
