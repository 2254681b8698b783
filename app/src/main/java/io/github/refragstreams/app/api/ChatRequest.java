package io.github.refragstreams.app.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.refragstreams.app.api.AskRequest.GivenPassage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of OpenAI's request for a chat completion that is read here, with {@code passages},
 * {@code retrieve} and {@code options} of {@link AskRequest} as further fields. Other fields are
 * ignored.
 */
record ChatRequest(
    @Nullable String model,
    @Nullable List<Message> messages,
    @Nullable Boolean stream,
    @Nullable StreamOptions streamOptions,
    @Nullable Integer maxTokens,
    @Nullable Integer maxCompletionTokens,
    @Nullable Integer n,
    @Nullable JsonNode tools,
    @Nullable JsonNode functions,
    @Nullable JsonNode responseFormat,
    @Nullable List<GivenPassage> passages,
    @Nullable Integer retrieve,
    AskRequest.@Nullable AnswerOptions options) {

  /**
   * @param content a text, or a list of parts of type {@code text}
   */
  record Message(@Nullable String role, @Nullable JsonNode content) {}

  /**
   * @param includeUsage whether the stream ends with what the answer took
   */
  record StreamOptions(@Nullable Boolean includeUsage) {}

  boolean isStreamed() {
    return Boolean.TRUE.equals(stream);
  }

  boolean endsWithUsage() {
    return streamOptions != null && Boolean.TRUE.equals(streamOptions.includeUsage());
  }

  @Override
  public String toString() {
    return "ChatRequest[messages=" + (messages == null ? 0 : messages.size()) + "]";
  }
}
