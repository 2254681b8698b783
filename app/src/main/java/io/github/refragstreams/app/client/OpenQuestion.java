package io.github.refragstreams.app.client;

import io.github.refragstreams.schemas.Answer;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.KafkaException;

/** A question that was sent, and what comes of it. Safe for use by many threads. */
public final class OpenQuestion {
  private final String queryId;
  private final String key;
  private final CompletableFuture<Answer> answer = new CompletableFuture<>();

  OpenQuestion(String queryId, String key) {
    this.queryId = queryId;
    this.key = key;
  }

  public String queryId() {
    return queryId;
  }

  /** The key of its records. */
  String key() {
    return key;
  }

  /**
   * The answer, after the listener has had all of it. Fails with {@link RefusedException} when the
   * question went to the dead letters, with {@link KafkaException} when it could not be sent or the
   * outputs cannot be read, and with {@link java.util.concurrent.CancellationException} when it was
   * taken back or the client closed.
   */
  public CompletableFuture<Answer> answer() {
    return answer;
  }
}
