package io.github.refragstreams.app.api;

import io.github.refragstreams.schemas.Mode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A question as clients send it. What is null is left to the configuration.
 *
 * @param conversationId conversation that it goes on or begins
 * @param history the turns before it, oldest first, instead of those that the conversation
 *     remembers
 * @param passages to answer from, best first; empty: none; null: those that are retrieved
 * @param retrieve most passages to retrieve
 * @param uncommitted whether to stream tokens before their transaction commits
 */
record AskRequest(
    @Nullable String question,
    @Nullable String conversationId,
    @Nullable List<GivenTurn> history,
    @Nullable List<GivenPassage> passages,
    @Nullable Integer retrieve,
    @Nullable Boolean uncommitted,
    @Nullable AnswerOptions options) {

  /** A turn of a conversation that the client remembers. */
  record GivenTurn(@Nullable String question, @Nullable String answer) {
    /** Of question and answer together. */
    int chars() {
      return length(question) + length(answer);
    }

    private static int length(@Nullable String text) {
      return text == null ? 0 : text.length();
    }

    @Override
    public String toString() {
      return "GivenTurn[chars=" + chars() + "]";
    }
  }

  /** A passage that the client has found. */
  record GivenPassage(
      @Nullable String passageId,
      @Nullable String title,
      @Nullable String text,
      @Nullable String sourceUri,
      @Nullable Double score) {}

  /** How to answer; see {@code QueryOptions}. */
  record AnswerOptions(
      @Nullable Integer maxAnswerTokens,
      @Nullable Float expandFraction,
      @Nullable Integer maxPositions,
      @Nullable Integer chunkTokens,
      @Nullable Mode mode,
      @Nullable Boolean explain) {
    static final AnswerOptions DEFAULTS = new AnswerOptions(null, null, null, null, null, null);
  }

  @Override
  public String toString() {
    return "AskRequest[passages=" + (passages == null ? "retrieved" : passages.size()) + "]";
  }
}
