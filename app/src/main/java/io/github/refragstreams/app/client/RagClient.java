package io.github.refragstreams.app.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.Document;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.CancelHeader;
import io.github.refragstreams.topology.TopicNames;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Asks any number of questions at a time and follows their answers, with one producer and one
 * consumer. A thread of its own reads the outputs from now on, without a consumer group. Safe for
 * use by many threads.
 */
public final class RagClient implements AutoCloseable {
  private final TopicNames topics;
  private final EventSerdes serdes;
  private final KafkaProducer<String, byte @Nullable []> producer;
  private final OutputReader outputs;

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
    this.outputs = OutputReader.start(kafka, topics, serdes, committedOnly);
    try {
      this.producer =
          new KafkaProducer<>(
              ClientSettings.producer(kafka), new StringSerializer(), new ByteArraySerializer());
    } catch (RuntimeException e) {
      outputs.close();
      throw e;
    }
  }

  /**
   * Sends a question with its passages.
   *
   * @throws KafkaException when the cluster takes nothing
   */
  public OpenQuestion ask(AskedQuestion asked, AnswerListener listener) {
    Query query = asked.query();
    OpenQuestion open = new OpenQuestion(query.getQueryId(), asked.key());
    outputs.follow(open, listener);
    try {
      send(topics.queries(), open, query, serdes.query().serializer());
      asked
          .passages()
          .forEach(each -> send(topics.passages(), open, each, serdes.passage().serializer()));
    } catch (RuntimeException e) {
      open.answer().completeExceptionally(e);
      throw e;
    }
    return open;
  }

  /**
   * Sends a question with its passages and waits for the answer; takes it back where none comes.
   *
   * @throws RefusedException when the question went to the dead letters
   * @throws NoAnswerException when {@code timeout} passes first
   */
  public Answer ask(AskedQuestion asked, AnswerListener listener, Duration timeout) {
    OpenQuestion open = ask(asked, listener);
    try {
      return open.answer().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (TimeoutException e) {
      throw new NoAnswerException(timeout);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new KafkaException("the answer cannot be followed", e.getCause());
    } finally {
      cancel(open);
    }
  }

  /** Takes a question back: nobody waits for it any more. One that is answered stays answered. */
  public void cancel(OpenQuestion open) {
    if (open.answer().cancel(false)) {
      Headers headers = new RecordHeaders();
      headers.add(CancelHeader.QUERY_ID, open.queryId().getBytes(UTF_8));
      var unused =
          producer.send(new ProducerRecord<>(topics.queries(), null, open.key(), null, headers));
    }
  }

  /**
   * Sends a document to be encoded ahead of any question.
   *
   * @return completes when the cluster has it; fails with {@link KafkaException}
   */
  public CompletableFuture<Void> publish(Document document) {
    CompletableFuture<Void> sent = new CompletableFuture<>();
    Headers headers = new RecordHeaders();
    byte[] bytes = serdes.document().serializer().serialize(topics.documents(), headers, document);
    var unused =
        producer.send(
            new ProducerRecord<>(
                topics.documents(), null, document.getDocumentId(), bytes, headers),
            (metadata, failure) -> {
              if (failure == null) {
                sent.complete(null);
              } else {
                sent.completeExceptionally(failure);
              }
            });
    return sent;
  }

  /** Takes back what is not answered yet. */
  @Override
  public void close() {
    outputs.open().forEach(this::cancel);
    producer.close(Duration.ofSeconds(5));
    outputs.close();
  }

  private <T> void send(String topic, OpenQuestion open, T value, Serializer<T> serializer) {
    Headers headers = new RecordHeaders();
    byte[] bytes = serializer.serialize(topic, headers, value);
    var unused =
        producer.send(
            new ProducerRecord<>(topic, null, open.key(), bytes, headers),
            (metadata, failure) -> {
              if (failure != null) {
                open.answer().completeExceptionally(failure);
              }
            });
  }
}
