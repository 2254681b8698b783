package io.github.refragstreams.app.api;

import io.github.refragstreams.app.api.AskRequest.AnswerOptions;
import io.github.refragstreams.app.api.AskRequest.GivenPassage;
import io.github.refragstreams.app.api.AskRequest.GivenTurn;
import io.github.refragstreams.app.client.AskedQuestion;
import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.app.http.HttpProblem;
import io.github.refragstreams.app.retriever.Hit;
import io.github.refragstreams.app.retriever.Turn;
import io.github.refragstreams.schemas.Mode;
import io.github.refragstreams.schemas.QueryOptions;
import io.github.refragstreams.topology.Limits;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the events that ask a question of what a client sends. Refuses at once what the topology
 * would refuse later, as far as that can be told by its size.
 *
 * @param limits those of the topology
 */
record Questions(Limits limits, Retrieval retrieval) {

  /**
   * @throws HttpProblem naming the field that cannot be used
   */
  AskedQuestion of(AskRequest request) {
    String question = text("question", request.question(), limits.questionChars());
    String conversation = request.conversationId();
    if (conversation != null) {
      text("conversation_id", conversation, limits.idChars());
    }
    List<Turn> history = history(request.history());
    List<GivenPassage> given = request.passages();
    List<Hit> hits =
        given == null
            ? retrieval.find(question, conversation, history, retrieve(request.retrieve()))
            : hits(given);
    return AskedQuestion.of(question, conversation, history, options(request.options()), hits);
  }

  private @Nullable Integer retrieve(@Nullable Integer most) {
    if (most != null && (most < 1 || most > limits.passagesPerQuery())) {
      throw HttpProblem.invalid(
          "retrieve",
          "'retrieve' is " + most + "; expected from 1 to " + limits.passagesPerQuery());
    }
    return most;
  }

  private List<Turn> history(@Nullable List<GivenTurn> given) {
    if (given == null) {
      return List.of();
    }
    if (given.size() > limits.historyTurns()) {
      throw HttpProblem.invalid(
          "history",
          "there are " + given.size() + " turns; limits.history-turns is " + limits.historyTurns());
    }
    List<Turn> turns = new ArrayList<>();
    for (GivenTurn turn : given) {
      String field = "history[" + turns.size() + "]";
      turns.add(
          new Turn(
              text(field + ".question", turn.question(), limits.historyChars()),
              text(field + ".answer", turn.answer(), limits.historyChars())));
    }
    int chars = given.stream().mapToInt(GivenTurn::chars).sum();
    if (chars > limits.historyChars()) {
      throw HttpProblem.invalid(
          "history",
          "'history' has "
              + chars
              + " characters; limits.history-chars is "
              + limits.historyChars());
    }
    return turns;
  }

  private List<Hit> hits(List<GivenPassage> given) {
    if (given.size() > limits.passagesPerQuery()) {
      throw HttpProblem.invalid(
          "passages",
          "there are "
              + given.size()
              + " passages; limits.passages-per-query is "
              + limits.passagesPerQuery());
    }
    Set<String> ids = new HashSet<>();
    List<Hit> hits = new ArrayList<>();
    for (GivenPassage passage : given) {
      int rank = hits.size();
      String field = "passages[" + rank + "]";
      String title = passage.title();
      int left = besideTitle(field + ".title", title, limits.passageChars());
      String text = text(field + ".text", passage.text(), left);
      atMost(field + ".source_uri", passage.sourceUri(), limits.sourceUriChars());
      String id = passage.passageId() == null ? "p" + rank : passage.passageId();
      text(field + ".passage_id", id, limits.idChars());
      if (!ids.add(id)) {
        throw HttpProblem.invalid(
            field + ".passage_id", "passage_id '" + id + "' is there more than once");
      }
      double score = passage.score() == null ? 1.0 / (1 + rank) : passage.score();
      if (!Double.isFinite(score)) {
        throw HttpProblem.invalid(
            field + ".score", "'" + field + ".score' is " + score + "; expected a finite number");
      }
      hits.add(new Hit(new Passage(id, title, text, passage.sourceUri()), rank, score));
    }
    return hits;
  }

  private static QueryOptions options(@Nullable AnswerOptions given) {
    AnswerOptions options = given == null ? AnswerOptions.DEFAULTS : given;
    return QueryOptions.newBuilder()
        .setMaxAnswerTokens(options.maxAnswerTokens())
        .setExpandFraction(options.expandFraction())
        .setMaxPositions(options.maxPositions())
        .setChunkTokens(options.chunkTokens())
        .setMode(options.mode() == null ? Mode.AUTO : options.mode())
        .setExplain(Boolean.TRUE.equals(options.explain()))
        .build();
  }

  /** A text that is there, is not blank, and is not too long. */
  static String text(String field, @Nullable String value, int most) {
    if (value == null || value.isBlank()) {
      throw HttpProblem.invalid(field, "'" + field + "' is missing or blank");
    }
    atMost(field, value, most);
    return value;
  }

  /**
   * What a title leaves of the characters that it and its text may have together, at least one.
   *
   * @param most of both
   */
  static int besideTitle(String field, @Nullable String title, int most) {
    atMost(field, title, most - 1);
    return most - (title == null ? 0 : title.length());
  }

  private static void atMost(String field, @Nullable String value, int most) {
    if (value != null && value.length() > most) {
      throw HttpProblem.invalid(
          field, "'" + field + "' has " + value.length() + " characters; the most are " + most);
    }
  }
}
