package io.github.refragstreams.app.client;

import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.app.retriever.Hit;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.QueryOptions;
import io.github.refragstreams.schemas.RetrievedPassage;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * The events that ask one question.
 *
 * @param query the question
 * @param passages what was found for it, best first
 */
public record AskedQuestion(Query query, List<RetrievedPassage> passages) {

  /**
   * A question that is its own conversation, with a new id.
   *
   * @param options how to answer
   * @param hits what was found for it, best first; none: answer without context
   */
  public static AskedQuestion of(String question, QueryOptions options, List<Hit> hits) {
    String id = UUID.randomUUID().toString();
    Query query =
        Query.newBuilder()
            .setQueryId(id)
            .setQuestion(question)
            .setExpectedPassages(hits.size())
            .setOptions(options)
            .setCreatedAt(Instant.now())
            .build();
    return new AskedQuestion(
        query, hits.stream().map(hit -> passage(id, hit, hits.size())).toList());
  }

  private static RetrievedPassage passage(String queryId, Hit hit, int total) {
    Passage passage = hit.passage();
    return RetrievedPassage.newBuilder()
        .setQueryId(queryId)
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
