package io.github.refragstreams.app.api;

import io.github.refragstreams.app.client.EventFields;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerStats;
import io.github.refragstreams.schemas.Query;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One chat completion in OpenAI's form, whole and in pieces. What the form has no place for is in
 * the field {@code refrag}.
 *
 * @param id of the completion
 * @param queryId of the query that it answers
 * @param created seconds since 1970
 */
record Completion(String id, String queryId, long created, String model) {
  Completion(Query query, String model) {
    this(
        "chatcmpl-" + query.getQueryId(),
        query.getQueryId(),
        query.getCreatedAt().getEpochSecond(),
        model);
  }

  Map<String, @Nullable Object> whole(Answer answer) {
    Map<String, @Nullable Object> body =
        body(
            "chat.completion",
            List.of(
                choice(
                    "message",
                    Map.of("role", "assistant", "content", answer.getText()),
                    finishReason(answer))));
    body.put("usage", count(answer.getStats()));
    body.put("refrag", rest(answer));
    return body;
  }

  /** The first piece of a stream. */
  Map<String, @Nullable Object> opening() {
    return chunk(Map.of("role", "assistant", "content", ""), null);
  }

  Map<String, @Nullable Object> piece(String text) {
    return chunk(Map.of("content", text), null);
  }

  /** The last piece of a stream. */
  Map<String, @Nullable Object> ending(Answer answer) {
    Map<String, @Nullable Object> body = chunk(Map.of(), finishReason(answer));
    body.put("refrag", rest(answer));
    return body;
  }

  /** After the last piece, where it was asked for. */
  Map<String, @Nullable Object> usage(Answer answer) {
    Map<String, @Nullable Object> body = body("chat.completion.chunk", List.of());
    body.put("usage", count(answer.getStats()));
    return body;
  }

  private static String finishReason(Answer answer) {
    return answer.getStats().getAnswerCut() ? "length" : "stop";
  }

  private Map<String, @Nullable Object> chunk(
      Map<String, Object> delta, @Nullable String finishReason) {
    return body("chat.completion.chunk", List.of(choice("delta", delta, finishReason)));
  }

  private Map<String, @Nullable Object> body(String object, List<?> choices) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("id", id);
    body.put("object", object);
    body.put("created", created);
    body.put("model", model);
    body.put("choices", choices);
    return body;
  }

  private static Map<String, @Nullable Object> choice(
      String name, Map<String, Object> content, @Nullable String finishReason) {
    Map<String, @Nullable Object> choice = new LinkedHashMap<>();
    choice.put("index", 0);
    choice.put(name, content);
    choice.put("finish_reason", finishReason);
    return choice;
  }

  /** What the decoder has read and written; a compressed chunk counts as one. */
  private static Map<String, Object> count(AnswerStats stats) {
    return Map.of(
        "prompt_tokens", stats.getPromptPositions(),
        "completion_tokens", stats.getAnswerTokens(),
        "total_tokens", stats.getPromptPositions() + stats.getAnswerTokens());
  }

  private Map<String, @Nullable Object> rest(Answer answer) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>(EventFields.of(answer));
    fields.keySet().retainAll(List.of("query_id", "status", "citations", "stats"));
    return fields;
  }
}
