package io.github.refragstreams.app.eval;

import io.github.refragstreams.model.AnswerPlan;
import io.github.refragstreams.model.AnswerPlanner;
import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ExpansionMode;
import io.github.refragstreams.model.PassageContext;
import io.github.refragstreams.model.PlanOptions;
import io.github.refragstreams.model.Prompt;
import io.github.refragstreams.model.Segment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The prompts of one question, one per system. Systems that are measured against {@link
 * EvalSystem#REFRAG} get at most its positions.
 */
final class PromptVariants {
  private final AnswerPlanner planner;
  private final float expandFraction;
  private final int maxPositions;
  private final String question;
  private final List<PassageContext> passages;
  private final List<ChunkVectors> strangers;
  private final AnswerPlan reference;

  /**
   * @param strangers vectors of another question's passages, at least one row in all
   */
  PromptVariants(
      AnswerPlanner planner,
      float expandFraction,
      int maxPositions,
      String question,
      List<PassageContext> passages,
      List<ChunkVectors> strangers) {
    this.planner = planner;
    this.expandFraction = expandFraction;
    this.maxPositions = maxPositions;
    this.question = question;
    this.passages = passages;
    this.strangers = strangers;
    this.reference = plan(passages, ExpansionMode.AUTO, maxPositions);
  }

  PromptVariant of(EvalSystem system) {
    long start = System.nanoTime();
    AnswerPlan plan =
        switch (system) {
          case REFRAG, SHUFFLED -> plan(passages, ExpansionMode.AUTO, maxPositions);
          case COMPRESSED -> plan(passages, ExpansionMode.COMPRESSED, maxPositions);
          case FULL -> plan(passages, ExpansionMode.FULL, maxPositions);
          case NONE -> plan(List.of(), ExpansionMode.FULL, maxPositions);
          case TRUNCATED -> truncated();
          case FEWER -> fewer();
          case ONLY -> plan(onlyRaw(), ExpansionMode.FULL, maxPositions);
        };
    double millis = (System.nanoTime() - start) / 1e6;
    Prompt prompt = system == EvalSystem.SHUFFLED ? withStrangers(plan.prompt()) : plan.prompt();
    return new PromptVariant(prompt, plan.promptPositions(), plan.contextPositions(), millis);
  }

  /** Tokens of all passages before compression: what every system's compression is measured by. */
  int contextTokens() {
    return passages.stream().mapToInt(passage -> passage.chunks().tokens()).sum();
  }

  private AnswerPlan plan(List<PassageContext> chosen, ExpansionMode mode, int positions) {
    return planner.plan(question, chosen, new PlanOptions(mode, expandFraction, positions));
  }

  private AnswerPlan truncated() {
    int budget = reference.promptPositions();
    int tokens = reference.contextPositions();
    AnswerPlan best = plan(cut(tokens), ExpansionMode.FULL, budget);
    // Passages that were cut away need no label; their positions go to text as well.
    for (int spare = budget - best.promptPositions(); spare > 0; ) {
      tokens += spare;
      AnswerPlan longer = plan(cut(tokens), ExpansionMode.FULL, maxPositions);
      if (longer.promptPositions() > budget
          || longer.contextPositions() <= best.contextPositions()) {
        break;
      }
      best = longer;
      spare = budget - best.promptPositions();
    }
    return best;
  }

  private List<PassageContext> cut(int tokens) {
    List<PassageContext> kept = new ArrayList<>();
    int left = tokens;
    for (PassageContext passage : passages) {
      PassageContext excerpt = Excerpts.first(passage, left);
      if (excerpt == null) {
        break;
      }
      kept.add(excerpt);
      left -= excerpt.chunks().tokens();
    }
    return kept;
  }

  private AnswerPlan fewer() {
    int budget = reference.promptPositions();
    List<PassageContext> kept = new ArrayList<>();
    AnswerPlan best = plan(kept, ExpansionMode.FULL, maxPositions);
    for (PassageContext passage : byScore()) {
      kept.add(passage);
      AnswerPlan more = plan(kept, ExpansionMode.FULL, maxPositions);
      if (more.promptPositions() <= budget) {
        best = more;
      } else {
        kept.remove(passage);
      }
    }
    return best;
  }

  private List<PassageContext> byScore() {
    return passages.stream()
        .sorted(Comparator.comparingDouble(PromptVariants::score).reversed())
        .toList();
  }

  private static double score(PassageContext passage) {
    Double score = passage.score();
    return score == null ? 0 : score;
  }

  private List<PassageContext> onlyRaw() {
    return IntStream.range(0, reference.passages().size())
        .mapToObj(i -> Excerpts.chunks(reference.passages().get(i), reference.raw().get(i)))
        .filter(Objects::nonNull)
        .map(Objects::requireNonNull)
        .toList();
  }

  /** The same layout with other vectors, taken in turn. */
  private Prompt withStrangers(Prompt prompt) {
    VectorCycle cycle = new VectorCycle(strangers);
    return new Prompt(
        prompt.segments().stream()
            .map(
                segment ->
                    segment instanceof Segment.Chunks chunks
                        ? cycle.next(chunks.positions())
                        : segment)
            .toList());
  }

  /** Hands rows out one after another, from the start again when they are used up. */
  private static final class VectorCycle {
    private final List<ChunkVectors> vectors;
    private int matrix;
    private int row;

    VectorCycle(List<ChunkVectors> vectors) {
      this.vectors = vectors.stream().filter(v -> v.rows() > 0).toList();
    }

    Segment next(int rows) {
      int dimension = vectors.get(0).dimension();
      float[] values = new float[rows * dimension];
      for (int i = 0; i < rows; i++) {
        while (row == vectors.get(matrix).rows()) {
          matrix = (matrix + 1) % vectors.size();
          row = 0;
        }
        vectors.get(matrix).copyRow(row++, values, i * dimension);
      }
      return new Segment.Chunks(
          ChunkVectors.ofFloats(rows, dimension, values), IntStream.range(0, rows).toArray());
    }
  }
}
