package io.github.refragstreams.app.client;

import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.Document;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.TopicNames;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
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
  private final OutputReader outputs;
  private final Producer<String, byte @Nullable []> producer;
  private final TakingBack takingBack;

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
    this(
        topics,
        serdes,
        OutputReader.start(kafka, topics, serdes, committedOnly),
        () ->
            new KafkaProducer<>(
                ClientSettings.producer(kafka), new StringSerializer(), new ByteArraySerializer()));
  }

  /**
   * @param outputs closed by this object, also when there is no producer
   * @param producer makes one, which this object closes
   */
  RagClient(
      TopicNames topics,
      EventSerdes serdes,
      OutputReader outputs,
      Supplier<Producer<String, byte @Nullable []>> producer) {
    this.topics = topics;
    this.serdes = serdes;
    this.outputs = outputs;
    try {
      this.producer = producer.get();
    } catch (RuntimeException e) {
      outputs.close();
      throw e;
    }
    this.takingBack = new TakingBack(this.producer, topics.queries());
  }

  /**
   * Sends a question with its passages. When its answer fails, otherwise than by refusal, it is
   * taken back: nothing is to wait for passages that could not be sent, nor to generate for nobody.
   *
   * @throws KafkaException when the cluster takes nothing
   */
  public OpenQuestion ask(AskedQuestion asked, AnswerListener listener) {
    Query query = asked.query();
    OpenQuestion open = new OpenQuestion(query.getQueryId(), asked.key());
    outputs.follow(open, listener);
    try {
      CompletableFuture<Void> sent =
          send(open, topics.queries(), query, serdes.query().serializer());
      // Refused at once, it is in no topic: while the cluster is away there is nothing to take
      // back, and nothing that could do it.
      if (!sent.isCompletedExceptionally()) {
        takingBack.unlessAnswered(open);
      }
      for (RetrievedPassage passage : asked.passages()) {
        // Each would wait for the cluster anew, and nobody for it.
        if (open.answer().isDone()) {
          break;
        }
        var unused = send(open, topics.passages(), passage, serdes.passage().serializer());
      }
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
    open.answer().cancel(false);
  }

  /**
   * Sends a document to be encoded ahead of any question.
   *
   * @return completes when the cluster has it; fails with {@link KafkaException}
   */
  public CompletableFuture<Void> publish(Document document) {
    return send(
        topics.documents(), document.getDocumentId(), document, serdes.document().serializer());
  }

  /** Whether its reader lives. */
  public boolean reads() {
    return outputs.reads();
  }

  /** Whether its reader lives, and was not refused by the cluster when it last read. */
  public boolean canRead() {
    return outputs.canRead();
  }

  /** Takes back what is not answered yet. */
  @Override
  public void close() {
    outputs.open().forEach(this::cancel);
    takingBack.close();
    producer.close(Duration.ofSeconds(5));
    outputs.close();
  }

  /** Completes when the cluster has the record. */
  private <T> CompletableFuture<Void> send(
      String topic, String key, T value, Serializer<T> serializer) {
    CompletableFuture<Void> sent = new CompletableFuture<>();
    Headers headers = new RecordHeaders();
    byte[] bytes = serializer.serialize(topic, headers, value);
    var unused =
        producer.send(
            new ProducerRecord<>(topic, null, key, bytes, headers),
            (metadata, failure) -> {
              if (failure == null) {
                sent.complete(null);
              } else {
                sent.completeExceptionally(failure);
              }
            });
    return sent;
  }

  /** The same for a record of a question, whose answer fails with it. */
  private <T> CompletableFuture<Void> send(
      OpenQuestion open, String topic, T value, Serializer<T> serializer) {
    return send(topic, open.key(), value, serializer)
        .whenComplete(
            (nothing, failure) -> {
              if (failure != null) {
                open.answer().completeExceptionally(failure);
              }
            });
  }
}
