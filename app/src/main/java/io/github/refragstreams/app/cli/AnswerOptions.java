package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.schemas.Mode;
import io.github.refragstreams.schemas.QueryOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of a question. */
final class AnswerOptions {
  @Option(
      names = "--passages",
      paramLabel = "N",
      defaultValue = "5",
      description = "Most passages to send with the question; default: ${DEFAULT-VALUE}.")
  private int passages;

  @Option(names = "--k", paramLabel = "K", description = "Tokens per chunk; default: the bundle's.")
  private @Nullable Integer chunkTokens;

  @Option(
      names = "--expand",
      paramLabel = "P",
      description = "Share of the chunks that stay raw, 0 to 1; default: answer.expand-fraction.")
  private @Nullable Float expand;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "AUTO",
      description = "AUTO, COMPRESSED or FULL; default: ${DEFAULT-VALUE}.")
  private Mode mode;

  @Option(
      names = "--max-answer-tokens",
      paramLabel = "N",
      description = "Most tokens of the answer; default: answer.max-tokens.")
  private @Nullable Integer maxAnswerTokens;

  @Option(
      names = "--uncommitted",
      description = "Show tokens before their transaction commits: sooner, and perhaps twice.")
  private boolean uncommitted;

  /** Most passages. */
  int passages() {
    return Arguments.atLeast(0, "--passages", passages);
  }

  boolean committedOnly() {
    return !uncommitted;
  }

  QueryOptions toQueryOptions() {
    if (expand != null) {
      Arguments.fraction("--expand", expand);
    }
    if (maxAnswerTokens != null) {
      Arguments.atLeast(1, "--max-answer-tokens", maxAnswerTokens);
    }
    return QueryOptions.newBuilder()
        .setChunkTokens(chunkTokens)
        .setExpandFraction(expand)
        .setMode(mode)
        .setMaxAnswerTokens(maxAnswerTokens)
        .build();
  }

  /**
   * @throws InvalidConfigException when it is blank
   */
  static String question(String question) {
    if (question.isBlank()) {
      throw new InvalidConfigException("--question is empty");
    }
    return question.strip();
  }
}
