package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.data.JsonLines;
import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.app.data.Question;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** Options that say which questions a measurement puts, out of a file, over which passages. */
final class QuestionFiles {
  @Option(
      names = "--questions",
      required = true,
      paramLabel = "FILE",
      description = "Rows {id, question, answers, gold, neg}, .jsonl, .jsonl.xz or .jsonl.gz.")
  private Path questions;

  @Option(
      names = "--passages",
      required = true,
      paramLabel = "FILE",
      description = "Rows {pid, title, text}.")
  private Path passages;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Most questions, drawn by the seed; default: all.")
  private int limit = Integer.MAX_VALUE;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "7",
      description =
          "Decides which questions, and all else that is random; default: ${DEFAULT-VALUE}.")
  private long seed;

  /** For messages and reports, which say where the questions are from. */
  Path questionsFile() {
    return questions;
  }

  List<Question> questions() {
    return JsonLines.questions(questions);
  }

  /** By pid. */
  Map<String, Passage> passages() {
    return JsonLines.passages(passages);
  }

  /** Most questions. */
  int limit() {
    return Arguments.atLeast(1, "--limit", limit);
  }

  long seed() {
    return seed;
  }
}
