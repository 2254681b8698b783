package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.bench.FollowUps;
import io.github.refragstreams.app.bench.FollowUps.FollowUp;
import io.github.refragstreams.app.bench.Memory;
import io.github.refragstreams.app.bench.QuestionDraw;
import io.github.refragstreams.app.client.AnswerListener;
import io.github.refragstreams.app.client.AskedQuestion;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.data.Question;
import io.github.refragstreams.app.demo.Demo;
import io.github.refragstreams.app.eval.AnswerMetrics;
import io.github.refragstreams.app.eval.Medians;
import io.github.refragstreams.app.retriever.Factbook;
import io.github.refragstreams.app.retriever.Hit;
import io.github.refragstreams.schemas.Answer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code refrag bench factbook}. */
@Command(
    name = "factbook",
    description =
        "Sends factbook questions, one of each type in turn, through the whole path: retriever,"
            + " Kafka, topology, bundle, Kafka. Counts the answers that contain the expected one.",
    footerHeading = Examples.HEADING,
    footer = "  refrag bench factbook --limit 40 --follow-ups")
final class FactbookCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions config;
  @Mixin private AnswerOptions options;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "100",
      description = "Questions to ask; default: ${DEFAULT-VALUE}.")
  private int limit;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "7",
      description = "Decides which questions; default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--follow-ups",
      description =
          "Ask each question as the second of a conversation; only the first says what it is"
              + " about.")
  private boolean followUps;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write the result, with every answer, as JSON.")
  private @Nullable Path out;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    Progress progress = new Progress(spec.commandLine().getErr());
    List<FollowUp> made =
        followUps ? FollowUps.of(Factbook.questions(), Factbook.passages(), seed) : List.of();
    Map<String, String> before =
        made.stream().collect(Collectors.toMap(f -> f.question().id(), FollowUp::before));
    List<Question> questions =
        QuestionDraw.byType(
            followUps ? made.stream().map(FollowUp::question).toList() : Factbook.questions(),
            Arguments.atLeast(1, "--limit", limit),
            seed);
    AppConfig settings = config.load().withFactbook();
    List<Asked> asked = new ArrayList<>();
    try (Demo demo = Demo.start(settings, 0, options.committedOnly(), progress::say)) {
      IntConsumer done = progress.count("questions", questions.size());
      for (Question question : questions) {
        asked.add(ask(demo, question, before.get(question.id())));
        done.accept(asked.size());
      }
      report(asked, demo.runtime().models().bundle().id());
    }
    return ExitCodes.OK;
  }

  /**
   * @param correct whether the answer contains the expected one
   * @param correctCore the same, or without what stands in brackets in the expected one
   * @param found whether one of the passages contains it: what the retriever made possible
   * @param millis from sending the question to its answer
   */
  private record Asked(
      Question question,
      Answer answer,
      boolean correct,
      boolean correctCore,
      boolean found,
      double millis) {}

  private Asked ask(Demo demo, Question question, @Nullable String before) {
    String conversation = before == null ? null : UUID.randomUUID().toString();
    if (before != null) {
      List<Hit> hits = demo.retrieve(before, conversation, options.passages());
      demo.ask(
          AskedQuestion.of(before, conversation, options.toQueryOptions(), hits),
          AnswerListener.SILENT);
    }
    List<Hit> hits = demo.retrieve(question.question(), conversation, options.passages());
    AskedQuestion asked =
        AskedQuestion.of(question.question(), conversation, options.toQueryOptions(), hits);
    long start = System.nanoTime();
    Answer answer = demo.ask(asked, AnswerListener.SILENT);
    double millis = (System.nanoTime() - start) / 1e6;
    boolean correct = AnswerMetrics.contains(answer.getText(), question.answers());
    boolean correctCore =
        correct
            || AnswerMetrics.contains(
                answer.getText(), AnswerMetrics.withoutBrackets(question.answers()));
    boolean found =
        hits.stream()
            .anyMatch(hit -> AnswerMetrics.contains(hit.passage().text(), question.answers()));
    return new Asked(question, answer, correct, correctCore, found, millis);
  }

  private void report(List<Asked> asked, String bundle) {
    long correct = asked.stream().filter(Asked::correct).count();
    long core = asked.stream().filter(Asked::correctCore).count();
    long found = asked.stream().filter(Asked::found).count();
    double median = Medians.of(asked.stream().mapToDouble(Asked::millis).toArray());
    OptionalLong peak = Memory.peakMegabytes();
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("questions", asked.size());
    values.put("correct", correct);
    values.put("correct_without_brackets", core);
    values.put("answer_in_passages", found);
    values.put("median_ms", median);
    values.put("seed", seed);
    values.put("bundle", bundle);
    peak.ifPresent(megabytes -> values.put("peak_rss_mb", megabytes));
    PrintWriter stdout = spec.commandLine().getOut();
    if (json) {
      stdout.println(Json.line(values));
    } else {
      stdout.println(correct + " of " + asked.size() + " answers contain the expected one");
      stdout.println(core + " do when what the expected one has in brackets may be missing");
      stdout.println(
          "for "
              + found
              + " a passage did; median "
              + Math.round(median)
              + " ms from question to answer");
      peak.ifPresent(megabytes -> stdout.println("peak resident memory: " + megabytes + " MB"));
    }
    stdout.flush();
    if (out != null) {
      values.put("answers", asked.stream().map(FactbookCommand::row).toList());
      Json.write(out, values);
    }
  }

  private static Map<String, Object> row(Asked asked) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("id", asked.question().id());
    row.put("type", asked.question().type());
    row.put("question", asked.question().question());
    row.put("expected", asked.question().answers());
    row.put("answer", asked.answer().getText());
    row.put("correct", asked.correct());
    row.put("correct_without_brackets", asked.correctCore());
    row.put("in_passages", asked.found());
    return row;
  }
}
