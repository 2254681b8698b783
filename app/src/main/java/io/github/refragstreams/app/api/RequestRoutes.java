package io.github.refragstreams.app.api;

import io.github.refragstreams.app.client.ConversationReader;
import io.github.refragstreams.app.client.EventFields;
import io.github.refragstreams.app.client.OpenQuestion;
import io.github.refragstreams.app.http.ErrorFormat;
import io.github.refragstreams.app.http.Exchange;
import io.github.refragstreams.app.http.HttpProblem;
import io.github.refragstreams.app.http.Routes;
import io.github.refragstreams.schemas.Answer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/requests/{id}}: what has become of a query. {@code DELETE} takes it back. Knows
 * the last queries that were asked here, and the last answers of all.
 */
final class RequestRoutes {
  private final Requests requests;
  private final ConversationReader topics;

  RequestRoutes(Requests requests, ConversationReader topics) {
    this.requests = requests;
    this.topics = topics;
  }

  Routes routes() {
    return new Routes()
        .get("/v1/requests/{id}", this::show)
        .delete("/v1/requests/{id}", this::cancel);
  }

  private void show(Exchange exchange) {
    String id = exchange.parameter("id");
    Optional<OpenQuestion> asked = requests.find(id);
    exchange.reply(
        200,
        asked.isPresent()
            ? state(asked.get())
            : answered(Problems.reading(() -> topics.answer(id)).orElseThrow(() -> unknown(id))));
  }

  private void cancel(Exchange exchange) {
    String id = exchange.parameter("id");
    OpenQuestion asked = requests.find(id).orElseThrow(() -> unknown(id));
    requests.cancel(asked);
    exchange.reply(200, state(asked));
  }

  private static Map<String, @Nullable Object> state(OpenQuestion question) {
    if (!question.answer().isDone()) {
      return body(question.queryId(), "open");
    }
    if (question.answer().isCancelled()) {
      return body(question.queryId(), "cancelled");
    }
    try {
      return answered(question.answer().join());
    } catch (CompletionException e) {
      HttpProblem problem = HttpProblem.of(Problems.of(e, Duration.ZERO));
      Map<String, @Nullable Object> body = body(question.queryId(), "failed");
      body.put("problem", ErrorFormat.PROBLEM.body(problem));
      return body;
    }
  }

  private static Map<String, @Nullable Object> answered(Answer answer) {
    Map<String, @Nullable Object> body = body(answer.getQueryId(), "answered");
    body.put("answer", EventFields.of(answer));
    return body;
  }

  private static Map<String, @Nullable Object> body(String id, String state) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("query_id", id);
    body.put("state", state);
    return body;
  }

  private static HttpProblem unknown(String id) {
    return new HttpProblem(
        404,
        "unknown-request",
        "there is no query '"
            + id
            + "' among the last that were asked here, nor an answer to it among the last of all");
  }
}
