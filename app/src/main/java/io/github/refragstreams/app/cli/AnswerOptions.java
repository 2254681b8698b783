package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.schemas.QueryOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of a question. */
final class AnswerOptions {
  @Option(
      names = "--passages",
      paramLabel = "N",
      defaultValue = "5",
      description = "Most passages to send with the question; default: ${DEFAULT-VALUE}.")
  private int passages;

  @Mixin private PlanOptions plan;

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
    return plan.toQueryOptions();
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
