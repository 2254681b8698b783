package io.github.refragstreams.app.api;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.refragstreams.app.client.AskedQuestion;
import io.github.refragstreams.app.client.BusyException;
import io.github.refragstreams.app.client.Clients;
import io.github.refragstreams.app.client.OpenQuestion;
import io.github.refragstreams.app.client.RagClient;
import io.github.refragstreams.schemas.Answer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the questions of all clients of the API, takes those back that nobody waits for any more,
 * and remembers the last {@value #REMEMBERED}. Safe for use by many threads.
 */
final class Requests {
  private static final int REMEMBERED = 1_000;

  private final Clients clients;
  private final Duration timeout;
  private final Cache<String, OpenQuestion> last =
      Caffeine.newBuilder().maximumSize(REMEMBERED).build();

  /**
   * @param timeout longest wait for an answer
   */
  Requests(Clients clients, Duration timeout) {
    this.clients = clients;
    this.timeout = timeout;
  }

  /**
   * Sends a question; its follower hears of its end, in time.
   *
   * @return empty when it could not be sent, which the follower has heard by now
   */
  Optional<OpenQuestion> ask(AskedQuestion asked, Follower follower) {
    return ask(clients::committed, asked, follower);
  }

  /** The same; its follower hears of tokens, and of the answer, before they are committed. */
  Optional<OpenQuestion> askUncommitted(AskedQuestion asked, Follower follower) {
    return ask(clients::uncommitted, asked, follower);
  }

  private Optional<OpenQuestion> ask(
      Supplier<RagClient> client, AskedQuestion asked, Follower follower) {
    OpenQuestion question;
    try {
      question = client.get().ask(asked, follower);
    } catch (KafkaException | BusyException e) {
      follower.onFailure(Problems.arising(e, timeout));
      return Optional.empty();
    }
    last.put(question.queryId(), question);
    var unused =
        question
            .answer()
            .copy()
            .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
            .whenComplete((answer, failure) -> end(question, follower, answer, failure));
    return Optional.of(question);
  }

  private void end(
      OpenQuestion question,
      Follower follower,
      @Nullable Answer answer,
      @Nullable Throwable failure) {
    if (answer != null) {
      Lack.nothing();
      follower.onAnswer(answer);
    } else if (failure != null) {
      if (failure instanceof TimeoutException) {
        cancel(question);
      }
      follower.onFailure(Problems.arising(failure, timeout));
    }
  }

  /** Takes a question back. */
  void cancel(OpenQuestion question) {
    clients.committed().cancel(question);
  }

  /** One of the last that were asked here. */
  Optional<OpenQuestion> find(String queryId) {
    return Optional.ofNullable(last.getIfPresent(queryId));
  }
}
