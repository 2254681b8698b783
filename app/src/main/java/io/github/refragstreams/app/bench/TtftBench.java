package io.github.refragstreams.app.bench;

import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.app.eval.Medians;
import io.github.refragstreams.model.AnswerDecoder.Sampling;
import io.github.refragstreams.model.AnswerPlan;
import io.github.refragstreams.model.ExpansionMode;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.model.PassageContext;
import io.github.refragstreams.model.PlanOptions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Time to the first token, from the tokens of the passages on: planning, encoding where vectors are
 * not cached, and reading the prompt. Repetitions of all ways are interleaved, so that a busy
 * moment of the machine hits all of them.
 */
public final class TtftBench {
  private static final String QUESTION =
      "Which of these passages says what the capital of the country is called?";

  private final Models models;
  private final Collection<Passage> corpus;
  private final int window;
  private final PlanOptions served;
  private final Consumer<String> progress;

  /**
   * @param window positions that the model was trained for
   * @param served how many chunks stay raw in the mixed prompt, and how long any prompt may be
   * @param progress receives what is being measured
   */
  public TtftBench(
      Models models,
      Collection<Passage> corpus,
      int window,
      PlanOptions served,
      Consumer<String> progress) {
    this.models = models;
    this.corpus = corpus;
    this.window = window;
    this.served = served;
    this.progress = progress;
  }

  /**
   * @param contexts tokens of the passages
   * @param chunkSizes values of k
   * @param repetitions measured repetitions, after one that is not
   */
  public List<TtftRow> run(List<Integer> contexts, List<Integer> chunkSizes, int repetitions) {
    List<TtftRow> rows = new ArrayList<>();
    for (int context : contexts) {
      rows.addAll(run(context, chunkSizes, repetitions));
    }
    return rows;
  }

  private List<TtftRow> run(int context, List<Integer> chunkSizes, int repetitions) {
    Map<Integer, Samples> byChunkSize = new LinkedHashMap<>();
    for (int k : chunkSizes) {
      byChunkSize.put(k, new Samples(BenchContext.of(models, corpus, context, k), repetitions));
    }
    double[] full = new double[repetitions];
    int fullPositions = 0;
    for (int repetition = -1; repetition < repetitions; repetition++) {
      progress.accept(context + " tokens, repetition " + (repetition + 1) + "/" + repetitions);
      // Any k: raw prompts do not depend on it.
      Samples any = byChunkSize.values().iterator().next();
      Timed raw = first(any.vectors, ExpansionMode.FULL);
      fullPositions = raw.positions();
      if (repetition >= 0) {
        full[repetition] = raw.millis();
      }
      for (Samples samples : byChunkSize.values()) {
        samples.measure(repetition);
      }
    }
    List<TtftRow> rows = new ArrayList<>();
    for (Map.Entry<Integer, Samples> entry : byChunkSize.entrySet()) {
      Samples samples = entry.getValue();
      rows.add(
          new TtftRow(
              context,
              entry.getKey(),
              fullPositions > window,
              fullPositions,
              samples.positions,
              samples.mixedPositions,
              Medians.of(full),
              Medians.of(samples.cached),
              Medians.of(samples.uncached),
              Medians.of(samples.mixed)));
    }
    return rows;
  }

  /**
   * @param millis planning and reading
   * @param positions positions of the prompt
   */
  private record Timed(double millis, int positions) {}

  private Timed first(List<PassageContext> passages, ExpansionMode mode) {
    long start = System.nanoTime();
    PlanOptions options = new PlanOptions(mode, served.expansion(), served.maxPositions());
    AnswerPlan plan = models.planner().plan(QUESTION, List.of(), passages, options);
    if (!plan.leftOut().isEmpty()) {
      throw new IllegalStateException(
          plan.leftOut().size() + " passages do not fit in " + options.maxPositions());
    }
    double planned = (System.nanoTime() - start) / 1e6;
    double read =
        models
            .decoder()
            .generate(plan.prompt(), Sampling.greedy(1), (index, text) -> {})
            .join()
            .timeToFirstTokenMillis();
    return new Timed(planned + read, plan.promptPositions());
  }

  /** The samples of one k. */
  private final class Samples {
    private final BenchContext context;
    private final List<PassageContext> vectors;
    private final double[] cached;
    private final double[] uncached;
    private final double[] mixed;
    private int positions;
    private int mixedPositions;

    Samples(BenchContext context, int repetitions) {
      this.context = context;
      this.vectors = context.encode(models);
      this.cached = new double[repetitions];
      this.uncached = new double[repetitions];
      this.mixed = new double[repetitions];
    }

    /** A negative repetition warms up. */
    void measure(int repetition) {
      Timed hit = first(vectors, ExpansionMode.COMPRESSED);
      long start = System.nanoTime();
      List<PassageContext> encoded = context.encode(models);
      double encode = (System.nanoTime() - start) / 1e6;
      Timed miss = first(encoded, ExpansionMode.COMPRESSED);
      Timed part = first(vectors, ExpansionMode.MIXED);
      positions = hit.positions();
      mixedPositions = part.positions();
      if (repetition >= 0) {
        cached[repetition] = hit.millis();
        uncached[repetition] = encode + miss.millis();
        mixed[repetition] = part.millis();
      }
    }
  }
}
