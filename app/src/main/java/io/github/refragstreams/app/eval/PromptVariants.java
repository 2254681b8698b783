package io.github.refragstreams.app.eval;

import io.github.refragstreams.model.AnswerPlan;
import io.github.refragstreams.model.AnswerPlanner;
import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.ExpansionMode;
import io.github.refragstreams.model.ExpansionPlanner;
import io.github.refragstreams.model.PassageContext;
import io.github.refragstreams.model.PlanOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The prompts of one question, one per system. Systems that are measured against {@link
 * EvalSystem#REFRAG} get at most its positions, or what takes at most as long to read.
 */
final class PromptVariants {
  private final AnswerPlanner planner;
  private final EvalOptions options;
  private final String question;
  private final List<PassageContext> passages;
  private final Strangers strangers;
  private final AnswerPlan reference;

  /**
   * @param strangers vectors of another question's passages, at least one row in all
   */
  PromptVariants(
      AnswerPlanner planner,
      EvalOptions options,
      String question,
      List<PassageContext> passages,
      List<ChunkVectors> strangers) {
    this.planner = planner;
    this.options = options;
    this.question = question;
    this.passages = passages;
    this.strangers = new Strangers(strangers);
    this.reference = plan(passages, ExpansionMode.AUTO);
  }

  PromptVariant of(EvalSystem system) {
    Choice choice = choice(system);
    // From here on: to search for what a rival can afford is no part of answering.
    long start = System.nanoTime();
    AnswerPlan plan = plan(choice.passages(), choice.mode());
    double millis = (System.nanoTime() - start) / 1e6;
    return new PromptVariant(
        plan.prompt(), plan.promptPositions(), plan.contextPositions(), millis);
  }

  /** Tokens of all passages before compression: what every system's compression is measured by. */
  int contextTokens() {
    return passages.stream().mapToInt(passage -> passage.chunks().tokens()).sum();
  }

  /** What a system reads, and how. */
  private record Choice(List<PassageContext> passages, ExpansionMode mode) {
    static Choice raw(List<PassageContext> passages) {
      return new Choice(passages, ExpansionMode.FULL);
    }
  }

  private Choice choice(EvalSystem system) {
    return switch (system) {
      case REFRAG -> new Choice(passages, ExpansionMode.AUTO);
      case COMPRESSED -> new Choice(passages, ExpansionMode.COMPRESSED);
      case FULL -> Choice.raw(passages);
      case NONE -> Choice.raw(List.of());
      case TRUNCATED -> Choice.raw(largest(contextTokens(), this::cut));
      case FEWER -> Choice.raw(fewer());
      case ONLY -> Choice.raw(only());
      case SHUFFLED -> new Choice(strangers.inPlaceOf(passages), ExpansionMode.AUTO);
    };
  }

  private AnswerPlan plan(List<PassageContext> chosen, ExpansionMode mode) {
    return planner.plan(
        question,
        List.of(),
        chosen,
        new PlanOptions(mode, options.expandFraction(), options.maxPositions()));
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

  private List<PassageContext> fewer() {
    List<PassageContext> kept = new ArrayList<>();
    for (PassageContext passage : byScore()) {
      kept.add(passage);
      if (!affordable(kept)) {
        kept.remove(passage);
      }
    }
    return kept;
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

  private List<PassageContext> only() {
    return switch (options.match()) {
      case POSITIONS -> kept(reference.raw());
      case TTFT -> largest(reference.chunks(), this::best);
    };
  }

  /** The chunks that the policy ranks first. */
  private List<PassageContext> best(int chunks) {
    List<ChunkedText> texts = reference.passages().stream().map(PassageContext::chunks).toList();
    float share = (float) chunks / Math.max(1, reference.chunks());
    return kept(ExpansionPlanner.expand(texts, reference.scores(), share, Integer.MAX_VALUE));
  }

  private List<PassageContext> kept(List<boolean[]> flags) {
    return IntStream.range(0, flags.size())
        .mapToObj(i -> Excerpts.chunks(reference.passages().get(i), flags.get(i)))
        .filter(Objects::nonNull)
        .map(Objects::requireNonNull)
        .toList();
  }

  /** The affordable choice of the largest size up to {@code most}; costs grow with the size. */
  private List<PassageContext> largest(int most, IntFunction<List<PassageContext>> choice) {
    int least = 0;
    int end = most;
    while (least < end) {
      int middle = (least + end + 1) / 2;
      if (affordable(choice.apply(middle))) {
        least = middle;
      } else {
        end = middle - 1;
      }
    }
    return choice.apply(least);
  }

  /** Whether all of it fits, raw, in what refrag spends. */
  private boolean affordable(List<PassageContext> chosen) {
    AnswerPlan plan = plan(chosen, ExpansionMode.FULL);
    return plan.leftOut().isEmpty() && cost(plan) <= cost(reference);
  }

  private double cost(AnswerPlan plan) {
    PrefillCost prefill = options.prefillCost();
    return prefill == null ? plan.promptPositions() : prefill.millis(plan.prompt());
  }
}
