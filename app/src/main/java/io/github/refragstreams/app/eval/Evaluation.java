package io.github.refragstreams.app.eval;

import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.app.retriever.Bm25Retriever;
import io.github.refragstreams.app.retriever.Hit;
import io.github.refragstreams.model.AnswerDecoder.Generation;
import io.github.refragstreams.model.AnswerDecoder.Sampling;
import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.model.PassageContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

/**
 * Answers questions with several systems, one question and one system at a time, so that times are
 * those of a machine with nothing else to do.
 */
public final class Evaluation {
  private final Models models;
  private final EvalOptions options;

  public Evaluation(Models models, EvalOptions options) {
    this.models = models;
    this.options = options;
  }

  /**
   * @param examples at least two when {@link EvalSystem#SHUFFLED} is among the systems
   * @param predictions receives every answer
   * @param progress receives the number of questions that are done
   * @throws IllegalArgumentException when there are too few examples
   */
  public EvalReport run(
      List<Example> examples, Consumer<Prediction> predictions, IntConsumer progress) {
    int least = options.systems().contains(EvalSystem.SHUFFLED) ? 2 : 1;
    if (examples.size() < least) {
      throw new IllegalArgumentException(
          "there are " + examples.size() + " questions; the chosen systems need at least " + least);
    }
    Map<EvalSystem, SystemScore> scores = new LinkedHashMap<>();
    options.systems().forEach(system -> scores.put(system, new SystemScore()));
    try (Bm25Retriever retriever = Bm25Retriever.over(passages(examples))) {
      // The vectors of the question before stand in where vectors are swapped.
      Encoded before = encode(examples.get(examples.size() - 1), retriever);
      warmUp(examples.get(0), encode(examples.get(0), retriever), before);
      for (int i = 0; i < examples.size(); i++) {
        Example example = examples.get(i);
        Encoded encoded = encode(example, retriever);
        PromptVariants variants = variants(example, encoded, before);
        scores.forEach(
            (system, score) ->
                predictions.accept(answer(example, system, variants, encoded, score)));
        before = encoded.isEmpty() ? before : encoded;
        progress.accept(i + 1);
      }
    }
    return new EvalReport(scores, options, models.bundle().id());
  }

  private Prediction answer(
      Example example,
      EvalSystem system,
      PromptVariants variants,
      Encoded encoded,
      SystemScore score) {
    PromptVariant variant = variants.of(system);
    Generation generation = generate(variant);
    List<String> answers = example.question().answers();
    double exactMatch = AnswerMetrics.exactMatch(generation.text(), answers);
    double f1 = AnswerMetrics.f1(generation.text(), answers);
    double cached = variant.planMillis() + generation.timeToFirstTokenMillis();
    score.add(
        new SystemScore.Row(
            exactMatch,
            f1,
            variant.positions(),
            variant.contextPositions() == 0
                ? Double.NaN
                : (double) variants.contextTokens() / variant.contextPositions(),
            cached,
            system.needsVectors() ? cached + encoded.millis() : cached,
            variant.leftOut()));
    return new Prediction(
        example.question().id(), system, generation.text(), exactMatch, f1, variant.positions());
  }

  private Generation generate(PromptVariant variant) {
    return models
        .decoder()
        .generate(variant.prompt(), Sampling.greedy(options.maxAnswerTokens()), (index, text) -> {})
        .join();
  }

  /** The first calls allocate buffers and compile code; they are not measured. */
  private void warmUp(Example example, Encoded encoded, Encoded strangers) {
    PromptVariants variants = variants(example, encoded, strangers);
    options.systems().forEach(system -> generate(variants.of(system)));
  }

  private PromptVariants variants(Example example, Encoded encoded, Encoded strangers) {
    return new PromptVariants(
        models.planner(),
        options,
        example.question().question(),
        encoded.passages(),
        strangers.passages().stream().map(PassageContext::vectors).toList(),
        System::nanoTime);
  }

  /**
   * @param passages best first, each with at least one token
   * @param millis time to encode all of them, tokenisation included
   */
  private record Encoded(List<PassageContext> passages, double millis) {
    boolean isEmpty() {
      return passages.isEmpty();
    }
  }

  /** All passages of all questions, each once. */
  private static Collection<Passage> passages(List<Example> examples) {
    return examples.stream()
        .flatMap(example -> example.passages().stream())
        .collect(
            Collectors.toMap(
                Passage::pid, Function.identity(), (one, same) -> one, LinkedHashMap::new))
        .values();
  }

  /** Encodes the passages, best first by a search over all passages, whose scores they have. */
  private Encoded encode(Example example, Bm25Retriever retriever) {
    Map<String, Double> scores =
        retriever
            .search(example.question().question(), List.of(), Math.max(1, retriever.size()))
            .stream()
            .collect(Collectors.toMap(hit -> hit.passage().pid(), Hit::score));
    List<Passage> ranked = new ArrayList<>(example.passages());
    ranked.sort(Comparator.comparingDouble(passage -> -scores.getOrDefault(passage.pid(), 0.0)));
    long start = System.nanoTime();
    List<ChunkedText> chunks = new ArrayList<>();
    List<CompletableFuture<ChunkVectors>> vectors = new ArrayList<>();
    for (Passage passage : ranked) {
      ChunkedText text =
          models.chunker().chunk(passage.title(), passage.text(), options.chunkTokens());
      chunks.add(text);
      vectors.add(models.encoder().encode(text));
    }
    List<PassageContext> encoded = new ArrayList<>();
    for (int i = 0; i < ranked.size(); i++) {
      Passage passage = ranked.get(i);
      encoded.add(
          new PassageContext(
              passage.pid(),
              i,
              scores.getOrDefault(passage.pid(), 0.0),
              passage.title(),
              passage.text(),
              chunks.get(i),
              vectors.get(i).join()));
    }
    return new Encoded(List.copyOf(encoded), (System.nanoTime() - start) / 1e6);
  }
}
