package io.github.refragstreams.topology;

import java.util.List;
import java.util.Set;

/**
 * Names of the topics that clients see. Keys start with {@code topics}.
 *
 * @param queries questions
 * @param passages passages that retrievers found for them
 * @param documents documents to encode ahead of any question
 * @param answers answers
 * @param answerTokens answers while they are generated
 * @param deadLetters records that cannot be used
 */
public record TopicNames(
    String queries,
    String passages,
    String documents,
    String answers,
    String answerTokens,
    String deadLetters) {
  public TopicNames {
    name("queries", queries);
    name("passages", passages);
    name("documents", documents);
    name("answers", answers);
    name("answer-tokens", answerTokens);
    name("dead-letters", deadLetters);
    List<String> all = List.of(queries, passages, documents, answers, answerTokens, deadLetters);
    Require.that(Set.copyOf(all).size() == all.size(), "topics", all, "six different names");
  }

  /** {@code rag.queries} and so on. */
  public static TopicNames defaults() {
    return new TopicNames(
        "rag.queries",
        "rag.passages",
        "rag.documents",
        "rag.answers",
        "rag.answer-tokens",
        "rag.dead-letters");
  }

  private static void name(String role, String value) {
    Require.that(
        value.matches("[a-zA-Z0-9._-]{1,249}"),
        "topics." + role,
        "'" + value + "'",
        "a topic name: letters, digits, '.', '_' and '-', at most 249");
  }
}
