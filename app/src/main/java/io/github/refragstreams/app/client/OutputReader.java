package io.github.refragstreams.app.client;

import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerToken;
import io.github.refragstreams.serde.EventSerdeException;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.TopicNames;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the topics in which questions end, and tells each open question what concerns it. Records
 * under keys that nobody asked with are not even decoded.
 */
final class OutputReader implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(OutputReader.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long PAUSE_SECONDS = 1;

  private final TopicNames topics;
  private final EventSerdes serdes;
  private final org.apache.kafka.clients.consumer.Consumer<String, byte[]> consumer;
  private final Thread reader = new Thread(this::read, "refrag-outputs");
  private final Outage outage = new Outage("outputs");
  private volatile boolean refused;
  private final CountDownLatch closing = new CountDownLatch(1);

  /** Open questions by the key of their records; several of a conversation share one. */
  private final Map<String, List<Followed>> open = new ConcurrentHashMap<>();

  private record Followed(OpenQuestion question, StreamedAnswer streamed) {
    void fail(Throwable failure) {
      question.answer().completeExceptionally(failure);
    }

    void finish(Answer answer) {
      streamed.finish(answer);
      question.answer().complete(answer);
    }
  }

  /** One that does not read yet. */
  OutputReader(
      TopicNames topics,
      EventSerdes serdes,
      org.apache.kafka.clients.consumer.Consumer<String, byte[]> consumer) {
    this.topics = topics;
    this.serdes = serdes;
    this.consumer = consumer;
    reader.setDaemon(true);
  }

  /**
   * Reads from now on.
   *
   * @throws KafkaException when the cluster cannot be reached or has not the topics
   */
  static OutputReader start(
      Map<String, String> kafka, TopicNames topics, EventSerdes serdes, boolean committedOnly) {
    KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            ClientSettings.consumer(kafka, committedOnly),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    try {
      OutputTopics.follow(consumer, topics);
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
    return new OutputReader(topics, serdes, consumer).reading();
  }

  /** Reads from now on. */
  OutputReader reading() {
    reader.start();
    return this;
  }

  /** Tells a listener what becomes of a question, until that is answered in one way or another. */
  void follow(OpenQuestion question, AnswerListener listener) {
    if (reader.getState() == Thread.State.TERMINATED) {
      question.answer().completeExceptionally(new KafkaException("nobody reads the outputs"));
      return;
    }
    Followed followed = new Followed(question, new StreamedAnswer(listener));
    open.merge(question.key(), List.of(followed), OutputReader::joined);
    var unused = question.answer().whenComplete((answer, failure) -> forget(question));
    if (closing.getCount() == 0) {
      question.answer().cancel(false);
    }
  }

  /** Whether its thread lives. */
  boolean reads() {
    return reader.isAlive();
  }

  /** Whether its thread lives, and the last poll did not fail. */
  boolean canRead() {
    return reads() && !refused;
  }

  /** Questions that are not answered yet. */
  List<OpenQuestion> open() {
    return open.values().stream().flatMap(List::stream).map(Followed::question).toList();
  }

  @Override
  public void close() {
    closing.countDown();
    consumer.wakeup();
    try {
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void read() {
    try (consumer) {
      while (closing.getCount() > 0) {
        poll();
      }
    } catch (WakeupException e) {
      LOGGER.trace("closing");
    } finally {
      everyone(each -> each.question.answer().cancel(false));
    }
  }

  /** The cluster may refuse us for a while, for instance when a password changes. */
  private void poll() {
    try {
      consumer.poll(POLL).forEach(this::accept);
      refused = false;
      outage.succeeded();
    } catch (WakeupException e) {
      throw e;
    } catch (KafkaException e) {
      refused = true;
      outage.failed(e);
      everyone(each -> each.fail(e));
      pause();
    }
  }

  private void pause() {
    try {
      var unused = closing.await(PAUSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void accept(ConsumerRecord<String, byte[]> found) {
    String key = found.key();
    List<Followed> asked = key == null ? List.of() : open.getOrDefault(key, List.of());
    if (asked.isEmpty() || found.value() == null) {
      return;
    }
    try {
      if (found.topic().equals(topics.answerTokens())) {
        AnswerToken token = decode(found, serdes.answerToken().deserializer());
        tell(asked, token.getQueryId(), each -> each.streamed.accept(token));
      } else if (found.topic().equals(topics.answers())) {
        Answer answer = decode(found, serdes.answer().deserializer());
        tell(asked, answer.getQueryId(), each -> each.finish(answer));
      } else {
        refuse(found, asked);
      }
    } catch (EventSerdeException e) {
      // Anybody's record may be among the dead letters; what is in the other topics is for us.
      if (!found.topic().equals(topics.deadLetters())) {
        asked.forEach(each -> each.fail(e));
      }
    } catch (RuntimeException e) {
      // Of one record, whatever it is: those behind it are for others.
      LOGGER
          .atWarn()
          .addKeyValue("topic", found.topic())
          .addKeyValue("partition", found.partition())
          .addKeyValue("offset", found.offset())
          .addKeyValue("failure", e.getClass().getName())
          .log("a record of the outputs is passed over");
    }
  }

  /** A question that is refused gets no answer; one whose passage is refused may get one. */
  private void refuse(ConsumerRecord<String, byte[]> dead, List<Followed> asked) {
    Refusal refusal = Refusal.of(dead.headers());
    if (refusal.topic().equals(topics.queries())) {
      tell(
          asked,
          decode(dead, serdes.query().deserializer()).getQueryId(),
          each -> each.fail(new RefusedException(refusal)));
    } else if (refusal.topic().equals(topics.passages())) {
      tell(
          asked,
          decode(dead, serdes.passage().deserializer()).getQueryId(),
          each -> each.streamed.passageRefused(refusal.code()));
    }
  }

  private static <T> T decode(ConsumerRecord<String, byte[]> found, Deserializer<T> deserializer) {
    return deserializer.deserialize(found.topic(), found.headers(), found.value());
  }

  private static void tell(List<Followed> asked, String queryId, Consumer<Followed> what) {
    for (Followed followed : asked) {
      if (followed.question.queryId().equals(queryId)) {
        try {
          what.accept(followed);
        } catch (RuntimeException e) {
          // A listener that fails must not keep the others from their answers.
          followed.fail(e);
        }
      }
    }
  }

  private void everyone(Consumer<Followed> what) {
    open.values().stream().flatMap(Collection::stream).toList().forEach(what);
  }

  private void forget(OpenQuestion question) {
    open.computeIfPresent(
        question.key(),
        (key, all) -> {
          List<Followed> left = all.stream().filter(each -> each.question != question).toList();
          return left.isEmpty() ? null : left;
        });
  }

  private static List<Followed> joined(List<Followed> some, List<Followed> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }
}
