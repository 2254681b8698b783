package io.github.refragstreams.app.api;

import io.github.refragstreams.app.client.ConversationReader;
import io.github.refragstreams.app.http.HttpProblem;
import io.github.refragstreams.app.retriever.Hit;
import io.github.refragstreams.app.retriever.Retriever;
import io.github.refragstreams.app.retriever.Turn;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds passages for questions that bring none. Safe for use by many threads.
 *
 * @param retriever empty: there is none
 * @param conversations what was said before
 * @param limit most passages where a question does not say
 */
public record Retrieval(
    Optional<Retriever> retriever, ConversationReader conversations, int limit) {

  /**
   * @param history turns before the question that the client has sent; empty: those of its
   *     conversation
   * @param most most passages; null: the configured number
   * @throws HttpProblem when there is no retriever, or the conversation cannot be read
   */
  List<Hit> find(
      String question,
      @Nullable String conversationId,
      List<Turn> history,
      @Nullable Integer most) {
    Retriever search =
        retriever.orElseThrow(
            () ->
                HttpProblem.invalid(
                    "passages",
                    "'passages' is missing and this server retrieves none (retriever.corpus is"
                        + " off); send passages, or an empty list to ask without"));
    List<Turn> earlier =
        conversationId == null || !history.isEmpty()
            ? history
            : Problems.reading(() -> conversations.turns(conversationId));
    return search.search(question, earlier, most == null ? limit : most);
  }
}
