package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.bench.PrefillBench;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.app.data.BadInputException;
import io.github.refragstreams.app.eval.EvalOptions;
import io.github.refragstreams.app.eval.EvalReport;
import io.github.refragstreams.app.eval.EvalSystem;
import io.github.refragstreams.app.eval.Evaluation;
import io.github.refragstreams.app.eval.Example;
import io.github.refragstreams.app.eval.Match;
import io.github.refragstreams.app.eval.PrefillCost;
import io.github.refragstreams.app.retriever.Factbook;
import io.github.refragstreams.app.service.Bundles;
import io.github.refragstreams.model.ModelRuntime;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.schemas.Mode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code refrag eval}. */
@Command(
    name = "eval",
    description =
        "Answers a file of questions with several systems and compares quality, positions and time.",
    footerHeading = Examples.HEADING,
    footer = "  refrag eval --questions q.jsonl --passages p.jsonl --limit 100 --k 8")
final class EvalCommand implements Callable<Integer> {
  private static final int PREFILL_REPETITIONS = 5;

  /** As for {@code answer.max-positions}. */
  private static final int LEAST_PROMPT_POSITIONS = 64;

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions config;
  @Mixin private QuestionFiles files;

  @Option(
      names = "--systems",
      split = ",",
      paramLabel = "NAME",
      defaultValue = "refrag,compressed,full,none,top1,truncated,fewer,only,shuffled",
      description = "Systems to compare, separated by commas; default: ${DEFAULT-VALUE}.")
  private List<String> systems;

  @Option(
      names = "--match",
      paramLabel = "positions|ttft",
      defaultValue = "positions",
      description =
          "What truncated, fewer and only have no more of than refrag: positions of the prompt, or"
              + " time to read it with cached vectors, by a cost model that is measured first; only"
              + " then gets as many of the best chunks as fit; default: ${DEFAULT-VALUE}.")
  private String match;

  @Option(
      names = "--passages-per-question",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "Gold passages and the first negatives; where a question brings fewer, also others that a"
              + " keyword search finds and that hold no answer; default: ${DEFAULT-VALUE}.")
  private int passagesPerQuestion;

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
      names = "--max-answer-tokens",
      paramLabel = "N",
      defaultValue = "32",
      description = "Most tokens of an answer; default: ${DEFAULT-VALUE}.")
  private int maxAnswerTokens;

  @Option(
      names = "--max-positions",
      paramLabel = "N",
      defaultValue = "4096",
      description = "Most positions of a prompt with its answer; default: ${DEFAULT-VALUE}.")
  private int maxPositions;

  @Option(names = "--out", paramLabel = "FILE", description = "Write the result as JSON.")
  private @Nullable Path out;

  @Option(
      names = "--predictions",
      paramLabel = "FILE",
      description = "Write every answer, one JSON object a line.")
  private @Nullable Path predictions;

  @Option(names = "--json", description = "Print the result as JSON instead of a table.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter stdout = spec.commandLine().getOut();
    Progress progress = new Progress(spec.commandLine().getErr());
    List<EvalSystem> chosen = systems();
    Match matched = match();
    if (expand != null) {
      Arguments.fraction("--expand", expand);
    }
    Arguments.atLeast(1, "--max-answer-tokens", maxAnswerTokens);
    Arguments.atLeast(LEAST_PROMPT_POSITIONS + maxAnswerTokens, "--max-positions", maxPositions);
    Path questions = files.questionsFile();
    long seed = files.seed();
    List<Example> examples =
        Example.draw(
            files.questions(),
            files.passages(),
            Arguments.atLeast(1, "--passages-per-question", passagesPerQuestion),
            files.limit(),
            seed);
    AppConfig settings = config.load();
    // As a query would be planned that asks for this share, or for none.
    var served =
        settings.topology().answer().plan(Mode.AUTO, expand, maxPositions - maxAnswerTokens);
    try (ModelRuntime runtime =
        progress.step(
            "loading bundle " + settings.bundle().folder(),
            () ->
                Interrupted.thenClose(
                    Bundles.open(
                        Bundles.read(settings.bundle()),
                        settings.runtime().withDecoder(1, maxPositions))))) {
      int k = Arguments.chunkTokens(chunkTokens, runtime.models().bundle());
      EvalOptions options =
          new EvalOptions(
              chosen,
              k,
              served.expansion(),
              maxAnswerTokens,
              served.maxPositions(),
              seed,
              matched == Match.TTFT ? prefillCost(runtime.models(), k, progress) : null);
      EvalReport report = run(new Evaluation(runtime.models(), options), examples, progress);
      Map<String, Object> values = new LinkedHashMap<>(report.values());
      values.put("passages_per_question", passagesPerQuestion);
      values.put("token_states", runtime.models().bundle().tokenStates());
      values.put("questions_file", String.valueOf(questions.getFileName()));
      stdout.print(json ? Json.line(values) + "\n" : report.table());
      stdout.flush();
      if (out != null) {
        Json.write(out, values);
      }
    }
    return ExitCodes.OK;
  }

  private static PrefillCost prefillCost(Models models, int k, Progress progress) {
    String text = Factbook.passages().iterator().next().text();
    return progress.step(
        "measuring what prompts cost",
        () -> new PrefillBench(models, text, k).run(PREFILL_REPETITIONS));
  }

  private EvalReport run(Evaluation evaluation, List<Example> examples, Progress progress) {
    try (PredictionFile file = PredictionFile.open(predictions)) {
      return evaluation.run(
          examples, file::write, progress.count("questions", Math.max(1, examples.size())));
    } catch (IllegalArgumentException e) {
      throw new BadInputException(files.questionsFile() + ": " + e.getMessage(), e);
    }
  }

  private Match match() {
    try {
      return Match.of(match);
    } catch (IllegalArgumentException e) {
      throw new InvalidConfigException("--match: " + e.getMessage());
    }
  }

  private List<EvalSystem> systems() {
    try {
      return systems.stream().map(String::strip).map(EvalSystem::of).distinct().toList();
    } catch (IllegalArgumentException e) {
      throw new InvalidConfigException("--systems: " + e.getMessage());
    }
  }
}
