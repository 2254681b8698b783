package io.github.refragstreams.app.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.refragstreams.topology.CancelHeader;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes queries back that nobody waits for any more. On a thread of its own: to send a record may
 * mean to wait for the cluster, and who hears that a question has failed must not wait; it may be
 * the producer's own thread, which would wait for itself.
 */
final class TakingBack implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(TakingBack.class);
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private final Producer<String, byte @Nullable []> producer;
  private final String queries;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "refrag-taking-back");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param producer not closed by this object
   * @param queries topic of the queries
   */
  TakingBack(Producer<String, byte @Nullable []> producer, String queries) {
    this.producer = producer;
    this.queries = queries;
  }

  /** Takes a query back as soon as its answer fails; one that is refused is at its end already. */
  void unlessAnswered(OpenQuestion open) {
    var unused =
        open.answer()
            .whenComplete(
                (answer, failure) -> {
                  if (failure != null && !(failure instanceof RefusedException)) {
                    takeBack(open);
                  }
                });
  }

  /** Sends what is still to be sent, unless the cluster takes too long. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(LONGEST.toMillis(), TimeUnit.MILLISECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void takeBack(OpenQuestion open) {
    try {
      thread.execute(() -> send(open));
    } catch (RejectedExecutionException e) {
      lost(open, e);
    }
  }

  private void send(OpenQuestion open) {
    Headers headers = new RecordHeaders();
    headers.add(CancelHeader.QUERY_ID, open.queryId().getBytes(UTF_8));
    try {
      var unused =
          producer.send(
              new ProducerRecord<>(queries, null, open.key(), null, headers),
              (metadata, failure) -> {
                if (failure != null) {
                  lost(open, failure);
                }
              });
    } catch (KafkaException | IllegalStateException e) {
      lost(open, e);
    }
  }

  private static void lost(OpenQuestion open, Exception failure) {
    LOGGER
        .atWarn()
        .addKeyValue("query", open.queryId())
        .addKeyValue("failure", failure.toString())
        .log("a query that nobody waits for is not taken back");
  }
}
