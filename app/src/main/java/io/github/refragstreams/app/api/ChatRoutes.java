package io.github.refragstreams.app.api;

import io.github.refragstreams.app.client.AskedQuestion;
import io.github.refragstreams.app.client.OpenQuestion;
import io.github.refragstreams.app.http.ErrorFormat;
import io.github.refragstreams.app.http.EventStream;
import io.github.refragstreams.app.http.Exchange;
import io.github.refragstreams.app.http.HttpProblem;
import io.github.refragstreams.app.http.Routes;
import io.github.refragstreams.schemas.Answer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/**
 * {@code POST /v1/chat/completions} and {@code GET /v1/models}, for OpenAI's clients. The model is
 * the bundle that answers.
 */
final class ChatRoutes {
  private static final ErrorFormat ERRORS = new OpenAiErrors();
  private static final Pattern MADE_OF_MESSAGES = Pattern.compile("(question|history)\\b.*");

  private final Questions questions;
  private final Requests requests;
  private final String model;
  private final Map<String, Object> description;

  /**
   * @param model {@code name@version} of the bundle
   * @param since seconds since 1970, told as the model's age
   */
  ChatRoutes(Questions questions, Requests requests, String model, long since) {
    this.questions = questions;
    this.requests = requests;
    this.model = model;
    this.description =
        Map.of("id", model, "object", "model", "created", since, "owned_by", "refrag-streams");
  }

  Routes routes() {
    return new Routes()
        .errors(ERRORS)
        .post("/v1/chat/completions", this::complete)
        .get(
            "/v1/models",
            exchange -> exchange.reply(200, Map.of("object", "list", "data", List.of(description))))
        .get("/v1/models/{model}", this::model);
  }

  private void model(Exchange exchange) {
    checkModel(exchange.parameter("model"));
    exchange.reply(200, description);
  }

  private void complete(Exchange exchange) {
    ChatRequest chat = exchange.knownJson(ChatRequest.class);
    checkModel(Questions.text("model", chat.model(), Integer.MAX_VALUE));
    AskedQuestion asked = asked(chat);
    Completion completion = new Completion(asked.query(), model);
    if (chat.isStreamed()) {
      EventStream events = exchange.events();
      CompletableFuture<OpenQuestion> sent = new CompletableFuture<>();
      Streamed streamed =
          new Streamed(
              completion,
              chat.endsWithUsage(),
              events,
              () -> {
                var unused = sent.thenAccept(requests::cancel);
              });
      events.send("", completion.opening());
      requests.ask(asked, streamed).ifPresent(sent::complete);
      events.onGone(streamed.takeBack());
    } else {
      requests.ask(asked, new Whole(completion, exchange));
    }
  }

  /** Question and history are made of the messages, which are what a client knows. */
  private AskedQuestion asked(ChatRequest chat) {
    AskRequest request = ChatReader.read(chat, questions.limits());
    try {
      return questions.of(request);
    } catch (HttpProblem e) {
      String field = e.field();
      throw field != null && MADE_OF_MESSAGES.matcher(field).matches()
          ? HttpProblem.invalid("messages", e.detail())
          : e;
    }
  }

  /** With or without its version. */
  private void checkModel(String asked) {
    if (!asked.equals(model) && !model.startsWith(asked + "@")) {
      throw new HttpProblem(
          404, "model-not-found", "there is no model '" + asked + "'; this server has " + model);
    }
  }

  private record Whole(Completion completion, Exchange exchange) implements Follower {
    @Override
    public void onAnswer(Answer answer) {
      exchange.reply(200, completion.whole(answer));
    }

    @Override
    public void onFailure(Throwable failure) {
      exchange.fail(failure);
    }
  }

  /**
   * @param takeBack takes the question back, when it is sent
   */
  private record Streamed(
      Completion completion, boolean endsWithUsage, EventStream events, Runnable takeBack)
      implements Follower {
    @Override
    public void onText(String text) {
      events.send("", completion.piece(text));
    }

    /** The protocol cannot take back what was said. */
    @Override
    public void onRestart() {
      onFailure(
          new HttpProblem(
              503, "answer-restarted", "the answer was begun anew after a failure; ask again"));
      takeBack.run();
    }

    @Override
    public void onAnswer(Answer answer) {
      events.send("", completion.ending(answer));
      if (endsWithUsage) {
        events.send("", completion.usage(answer));
      }
      events.sendWord("[DONE]");
      events.end();
    }

    @Override
    public void onFailure(Throwable failure) {
      HttpProblem problem = HttpProblem.of(failure);
      events.send("", ERRORS.body(problem));
      events.end(problem.status());
    }
  }
}
