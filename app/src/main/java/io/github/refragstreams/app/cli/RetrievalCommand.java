package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.bench.RetrievalBench;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.app.config.RetrieverConfig;
import io.github.refragstreams.app.config.RetrieverConfig.Kind;
import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.app.data.Question;
import io.github.refragstreams.app.retriever.Retriever;
import io.github.refragstreams.app.retriever.Retrievers;
import io.github.refragstreams.app.text.Table;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code refrag bench retrieval}. */
@Command(
    name = "retrieval",
    description =
        "Asks retrievers a file of questions, and says how often a passage that holds the answer is"
            + " among the first that they find.",
    footerHeading = Examples.HEADING,
    footer = "  refrag bench retrieval --questions q.jsonl --passages p.jsonl")
final class RetrievalCommand implements Callable<Integer> {
  private static final List<Integer> DEPTHS = List.of(1, 3, 5, 10, RetrievalBench.DEEPEST);

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions config;
  @Mixin private QuestionFiles files;

  @Option(
      names = "--kinds",
      split = ",",
      paramLabel = "NAME",
      defaultValue = "bm25",
      description =
          "Retrievers to compare, separated by commas: bm25, dense, hybrid; default:"
              + " ${DEFAULT-VALUE}.")
  private List<String> kinds;

  @Option(names = "--json", description = "Print the result as JSON instead of a table.")
  private boolean json;

  @Override
  public Integer call() {
    Progress progress = new Progress(spec.commandLine().getErr());
    List<Kind> chosen = kinds.stream().map(String::strip).map(RetrievalCommand::kind).toList();
    int limit = files.limit();
    AppConfig settings = config.load();
    List<RetrieverConfig> configs =
        chosen.stream().map(kind -> withKind(settings.retriever(), kind)).toList();
    Map<String, Passage> corpus = files.passages();
    List<Question> drawn =
        RetrievalBench.draw(files.questions(), corpus.keySet(), limit, files.seed());
    Map<String, RetrievalBench> results = new LinkedHashMap<>();
    for (RetrieverConfig next : configs) {
      progress.say(next.kind().label() + ": indexing " + corpus.size() + " passages ...");
      Retrievers retrievers = new Retrievers(next, settings.runtime().threads(), progress::say);
      try (Retriever retriever = retrievers.ranking(corpus.values())) {
        results.put(next.kind().label(), RetrievalBench.run(retriever, drawn));
      }
    }
    print(results, drawn.size(), corpus.size());
    return ExitCodes.OK;
  }

  private void print(Map<String, RetrievalBench> results, int asked, int corpus) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> values = new LinkedHashMap<>();
      values.put("questions", asked);
      values.put("passages", corpus);
      values.put("seed", files.seed());
      results.forEach((kind, result) -> values.put(kind, values(result)));
      out.println(Json.line(values));
    } else {
      out.println(asked + " questions, " + corpus + " passages; share with the answer among");
      out.print(table(results));
    }
    out.flush();
  }

  private static Map<String, Double> values(RetrievalBench result) {
    Map<String, Double> values = new LinkedHashMap<>();
    DEPTHS.forEach(k -> values.put("recall@" + k, result.recall(k)));
    values.put("mrr", result.reciprocalRank());
    return values;
  }

  private static Table table(Map<String, RetrievalBench> results) {
    Table table =
        new Table(columns("retriever", DEPTHS.stream().map(k -> "first " + k).toList(), "MRR"));
    results.forEach(
        (kind, result) ->
            table.row(
                columns(
                    kind,
                    DEPTHS.stream().map(k -> percent(result.recall(k))).toList(),
                    String.format(Locale.ROOT, "%.3f", result.reciprocalRank()))));
    return table;
  }

  private static String[] columns(String first, List<String> middle, String last) {
    return Stream.of(List.of(first), middle, List.of(last))
        .flatMap(List::stream)
        .toArray(String[]::new);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  private static Kind kind(String name) {
    return Arrays.stream(Kind.values())
        .filter(kind -> kind.label().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidConfigException(
                    "--kinds: there is no '"
                        + name
                        + "'; expected "
                        + Arrays.stream(Kind.values())
                            .map(Kind::label)
                            .collect(Collectors.joining(", "))));
  }

  private static RetrieverConfig withKind(RetrieverConfig config, Kind kind) {
    try {
      return config.withKind(kind);
    } catch (IllegalArgumentException e) {
      throw new InvalidConfigException(String.valueOf(e.getMessage()));
    }
  }
}
