package io.github.refragstreams.app.client;

import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.app.retriever.Hit;
import io.github.refragstreams.app.retriever.Turn;
import io.github.refragstreams.schemas.GivenTurn;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.QueryOptions;
import io.github.refragstreams.schemas.RetrievedPassage;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The events that ask one question.
 *
 * @param query the question
 * @param passages what was found for it, best first
 */
public record AskedQuestion(Query query, List<RetrievedPassage> passages) {

  /**
   * A question with a new id.
   *
   * @param conversationId conversation that it goes on; null: its own
   * @param options how to answer
   * @param hits what was found for it, best first; none: answer without context
   */
  public static AskedQuestion of(
      String question, @Nullable String conversationId, QueryOptions options, List<Hit> hits) {
    return of(question, conversationId, List.of(), options, hits);
  }

  /**
   * The same with the turns before it.
   *
   * @param history oldest first; none: those that the conversation remembers
   */
  public static AskedQuestion of(
      String question,
      @Nullable String conversationId,
      List<Turn> history,
      QueryOptions options,
      List<Hit> hits) {
    String id = UUID.randomUUID().toString();
    Query query =
        Query.newBuilder()
            .setQueryId(id)
            .setConversationId(conversationId)
            .setQuestion(question)
            .setExpectedPassages(hits.size())
            .setOptions(options)
            .setHistory(
                history.stream()
                    .map(turn -> new GivenTurn(turn.question(), turn.answer()))
                    .toList())
            .setCreatedAt(Instant.now())
            .build();
    return new AskedQuestion(
        query, hits.stream().map(hit -> passage(id, conversationId, hit, hits.size())).toList());
  }

  /** The key of its records. */
  public String key() {
    return query.getConversationId() == null ? query.getQueryId() : query.getConversationId();
  }

  private static RetrievedPassage passage(
      String queryId, @Nullable String conversationId, Hit hit, int total) {
    Passage passage = hit.passage();
    return RetrievedPassage.newBuilder()
        .setQueryId(queryId)
        .setConversationId(conversationId)
        .setPassageId(passage.pid())
        .setRank(hit.rank())
        .setScore(hit.score())
        .setTitle(passage.title())
        .setText(passage.text())
        .setSourceUri(passage.sourceUri())
        .setTotal(total)
        .build();
  }
}
