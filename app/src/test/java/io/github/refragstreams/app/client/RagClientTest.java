package io.github.refragstreams.app.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.app.retriever.Hit;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.QueryOptions;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.CancelHeader;
import io.github.refragstreams.topology.TopicNames;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is sent for a question, and after it when nothing comes of it. */
@Timeout(60)
class RagClientTest {
  private static final TopicNames TOPICS = TopicNames.defaults();

  private final EventSerdes serdes =
      new EventSerdes(Map.of("schema.registry.url", "mock://rag-client-test"));
  private final ScriptedProducer producer = new ScriptedProducer();
  private final RagClient client =
      new RagClient(
          TOPICS,
          serdes,
          new OutputReader(TOPICS, serdes, new MockConsumer<>("latest")),
          () -> producer);

  @AfterEach
  void stop() {
    producer.takesBack.countDown();
    client.close();
    serdes.close();
  }

  @Test
  void aQuestionWithoutOneOfItsPassagesIsTakenBack() {
    // Given
    OpenQuestion open = ask();
    assertThat(producer.completeNext()).isTrue();
    assertThat(producer.completeNext()).isTrue();
    // When: the producer's own thread says so, and must not wait
    assertThat(producer.errorNext(new TimeoutException("injected"))).isTrue();
    // Then
    assertThat(open.answer()).isCompletedExceptionally();
    assertTakenBack(open, 3);
  }

  @Test
  void aQuestionThatIsCancelledIsTakenBackOnce() {
    // Given
    OpenQuestion open = ask();
    // When
    client.cancel(open);
    client.cancel(open);
    // Then
    assertThat(open.answer()).isCancelled();
    assertTakenBack(open, 3);
  }

  @Test
  void aQuestionThatIsOpenAtTheEndIsTakenBack() {
    assertTakenBack(ask(), 3);
  }

  @Test
  void aQuestionThatCannotBeFollowedIsTakenBack() {
    // Given
    OpenQuestion open = ask();
    // When
    open.answer().completeExceptionally(new KafkaException("the outputs cannot be read"));
    // Then
    assertTakenBack(open, 3);
  }

  @Test
  void aQuestionWhosePassagesCannotBeWrittenIsTakenBack() {
    // Given
    AskedQuestion asked = asked();
    asked.passages().get(0).put("passage_id", null);
    // When
    assertThatThrownBy(() -> client.ask(asked, AnswerListener.SILENT))
        .isInstanceOf(RuntimeException.class);
    // Then
    assertTakenBack(new OpenQuestion(asked.query().getQueryId(), asked.key()), 1);
  }

  @Test
  void aQuestionThatIsAnsweredOrRefusedIsNotTakenBack() {
    // When
    ask().answer().complete(new Answer());
    ask()
        .answer()
        .completeExceptionally(new RefusedException(new Refusal("rag.queries", "s", "C", "")));
    // Then
    assertThat(sentUntilTheEnd()).hasSize(6).noneMatch(each -> each.value() == null);
  }

  @Test
  void aQuestionThatIsInNoTopicIsNotTakenBack() {
    // Given: as when the cluster is away for longer than the producer waits
    producer.failure = new TimeoutException("no metadata");
    OpenQuestion open = ask();
    assertThat(open.answer()).isCompletedExceptionally();
    // When
    producer.failure = null;
    // Then: and its passages have not waited for the cluster, one after the other
    assertThat(producer.failed).isEqualTo(1);
    assertThat(sentUntilTheEnd()).isEmpty();
  }

  private OpenQuestion ask() {
    return client.ask(asked(), AnswerListener.SILENT);
  }

  /** In a conversation, with two passages. */
  private static AskedQuestion asked() {
    return AskedQuestion.of(
        "how tall?",
        "talk",
        QueryOptions.newBuilder().build(),
        List.of(
            new Hit(new Passage("a", null, "300 m"), 0, 2),
            new Hit(new Passage("b", null, "of iron"), 1, 1)));
  }

  /** Nothing is sent after so many records but that the question is taken back, once. */
  private void assertTakenBack(OpenQuestion open, int records) {
    List<ProducerRecord<String, byte @Nullable []>> sent = sentUntilTheEnd();
    assertThat(sent).hasSize(records + 1);
    ProducerRecord<String, byte @Nullable []> last = sent.get(records);
    assertThat(last.topic()).isEqualTo(TOPICS.queries());
    assertThat(last.key()).isEqualTo("talk");
    assertThat(last.value()).isNull();
    assertThat(last.headers().lastHeader(CancelHeader.QUERY_ID).value())
        .isEqualTo(open.queryId().getBytes(UTF_8));
  }

  private List<ProducerRecord<String, byte @Nullable []>> sentUntilTheEnd() {
    producer.takesBack.countDown();
    client.close();
    assertThat(producer.closed()).isTrue();
    return producer.history();
  }

  /** Sends what it is told to; takes nothing back for as long as the test wishes. */
  private static final class ScriptedProducer extends MockProducer<String, byte @Nullable []> {
    final CountDownLatch takesBack = new CountDownLatch(1);

    /** Why it sends nothing. */
    volatile @Nullable RuntimeException failure;

    /** How often that has happened. */
    volatile int failed;

    ScriptedProducer() {
      super(false, null, new StringSerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<String, byte @Nullable []> sent, Callback callback) {
      RuntimeException reason = failure;
      if (reason != null) {
        failed++;
        callback.onCompletion(null, reason);
        return CompletableFuture.failedFuture(reason);
      }
      if (sent.value() == null) {
        try {
          takesBack.await();
        } catch (InterruptedException e) {
          throw new InterruptException(e);
        }
      }
      return super.send(sent, callback);
    }
  }
}
