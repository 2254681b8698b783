package io.github.refragstreams.app.api;

import io.github.refragstreams.app.client.AskedQuestion;
import io.github.refragstreams.app.client.EventFields;
import io.github.refragstreams.app.client.OpenQuestion;
import io.github.refragstreams.app.http.ErrorFormat;
import io.github.refragstreams.app.http.EventStream;
import io.github.refragstreams.app.http.Exchange;
import io.github.refragstreams.app.http.HttpProblem;
import io.github.refragstreams.app.http.Routes;
import io.github.refragstreams.schemas.Answer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/ask}: the answer as one JSON object, or while it is generated as server-sent
 * events where the client accepts these.
 */
final class AskRoutes {
  private final Questions questions;
  private final Requests requests;

  AskRoutes(Questions questions, Requests requests) {
    this.questions = questions;
    this.requests = requests;
  }

  Routes routes() {
    return new Routes().post("/v1/ask", this::ask);
  }

  private void ask(Exchange exchange) {
    AskRequest request = exchange.json(AskRequest.class);
    AskedQuestion asked = questions.of(request);
    if (exchange.accepts("text/event-stream")) {
      stream(asked, Boolean.TRUE.equals(request.uncommitted()), exchange);
    } else {
      requests.ask(asked, new Whole(asked, exchange));
    }
  }

  private void stream(AskedQuestion asked, boolean uncommitted, Exchange exchange) {
    EventStream events = exchange.events();
    Map<String, @Nullable Object> question = new LinkedHashMap<>();
    question.put("query_id", asked.query().getQueryId());
    question.put("conversation_id", asked.query().getConversationId());
    question.put("passages", passages(asked));
    events.send("question", question);
    Streamed streamed = new Streamed(asked, events);
    Optional<OpenQuestion> sent =
        uncommitted ? requests.askUncommitted(asked, streamed) : requests.ask(asked, streamed);
    sent.ifPresent(open -> events.onGone(() -> requests.cancel(open)));
  }

  /** The fields of the answer's event, with the passages that it was made from. */
  static Map<String, @Nullable Object> answer(AskedQuestion asked, Answer answer) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>(EventFields.of(answer));
    body.put("passages", passages(asked));
    return body;
  }

  private static List<Map<String, @Nullable Object>> passages(AskedQuestion asked) {
    return asked.passages().stream()
        .map(
            passage -> {
              Map<String, @Nullable Object> fields = new LinkedHashMap<>();
              fields.put("passage_id", passage.getPassageId());
              fields.put("title", passage.getTitle());
              fields.put("text", passage.getText());
              fields.put("source_uri", passage.getSourceUri());
              fields.put("score", passage.getScore());
              return fields;
            })
        .toList();
  }

  private record Whole(AskedQuestion asked, Exchange exchange) implements Follower {
    @Override
    public void onAnswer(Answer answer) {
      exchange.reply(200, answer(asked, answer));
    }

    @Override
    public void onFailure(Throwable failure) {
      exchange.fail(failure);
    }
  }

  private record Streamed(AskedQuestion asked, EventStream events) implements Follower {
    @Override
    public void onText(String text) {
      events.send("text", Map.of("text", text));
    }

    @Override
    public void onRestart() {
      events.send("restart", Map.of());
    }

    @Override
    public void onPassageRefused(String code) {
      events.send("passage-refused", Map.of("code", code));
    }

    @Override
    public void onAnswer(Answer answer) {
      events.send("answer", answer(asked, answer));
      events.end();
    }

    @Override
    public void onFailure(Throwable failure) {
      HttpProblem problem = HttpProblem.of(failure);
      events.send("error", ErrorFormat.PROBLEM.body(problem));
      events.end(problem.status());
    }
  }
}
