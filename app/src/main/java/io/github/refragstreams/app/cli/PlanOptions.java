package io.github.refragstreams.app.cli;

import io.github.refragstreams.schemas.Mode;
import io.github.refragstreams.schemas.QueryOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say how a question is answered. */
final class PlanOptions {
  @Option(names = "--k", paramLabel = "K", description = "Tokens per chunk; default: the bundle's.")
  private @Nullable Integer chunkTokens;

  @Option(
      names = "--expand",
      paramLabel = "P",
      description =
          "Share of the chunks that stay raw, 0 to 1; default: answer.expand-fraction, of"
              + " answer.expand-least-tokens to answer.expand-tokens tokens.")
  private @Nullable Float expand;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "AUTO",
      description = {
        "How passages are read: MIXED, chunks that the policy picks raw, the others as vectors;"
            + " SELECTED, these raw, the others not at all; COMPRESSED, all as vectors; FULL, all"
            + " raw; AUTO, as answer.mode says. Default: ${DEFAULT-VALUE}."
      })
  private Mode mode;

  @Option(
      names = "--max-answer-tokens",
      paramLabel = "N",
      description = "Most tokens of the answer; default: answer.max-tokens.")
  private @Nullable Integer maxAnswerTokens;

  /** Null: the bundle's. */
  @Nullable Integer chunkTokens() {
    return chunkTokens;
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
}
