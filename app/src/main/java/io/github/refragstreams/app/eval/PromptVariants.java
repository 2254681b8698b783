package io.github.refragstreams.app.eval;

import io.github.refragstreams.model.AnswerPlan;
import io.github.refragstreams.model.AnswerPlanner;
import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.ExpansionMode;
import io.github.refragstreams.model.ExpansionPlanner;
import io.github.refragstreams.model.PassageContext;
import io.github.refragstreams.model.PlanOptions;
import io.github.refragstreams.model.Prompt;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
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
  private final LongSupplier nanos;
  private final AnswerPlan reference;

  /** What REFRAG spends before its prompt is read, milliseconds: its policy's choice, mostly. */
  private final double referenceMillis;

  /**
   * @param strangers vectors of another question's passages, at least one row in all
   * @param nanos a clock in nanoseconds
   */
  PromptVariants(
      AnswerPlanner planner,
      EvalOptions options,
      String question,
      List<PassageContext> passages,
      List<ChunkVectors> strangers,
      LongSupplier nanos) {
    this.planner = planner;
    this.options = options;
    this.question = question;
    this.passages = passages;
    this.strangers = new Strangers(strangers);
    this.nanos = nanos;
    long start = nanos.getAsLong();
    this.reference = plan(passages, ExpansionMode.AUTO);
    this.referenceMillis = millisSince(start);
  }

  PromptVariant of(EvalSystem system) {
    return switch (system) {
      case REFRAG -> variant(reference.prompt(), reference, referenceMillis);
      case SHUFFLED ->
          variant(
              strangers.inPlaceOf(reference.passages(), reference.prompt()),
              reference,
              referenceMillis);
      case COMPRESSED -> planned(passages, ExpansionMode.COMPRESSED, 0);
      case FULL -> planned(passages, ExpansionMode.FULL, 0);
      case NONE -> planned(List.of(), ExpansionMode.FULL, 0);
      case TRUNCATED ->
          planned(largest(contextTokens(), this::cut, referenceMillis), ExpansionMode.FULL, 0);
      case FEWER -> planned(fewer(), ExpansionMode.FULL, 0);
      // Its chunks are what REFRAG's policy has chosen.
      case ONLY -> planned(only(), ExpansionMode.FULL, referenceMillis);
    };
  }

  /**
   * Plans what was chosen; to search for what a rival can afford is no part of answering.
   *
   * @param moreMillis what it took to choose, where that is part of answering
   */
  private PromptVariant planned(
      List<PassageContext> chosen, ExpansionMode mode, double moreMillis) {
    long start = nanos.getAsLong();
    AnswerPlan plan = plan(chosen, mode);
    return variant(plan.prompt(), plan, moreMillis + millisSince(start));
  }

  private static PromptVariant variant(Prompt prompt, AnswerPlan plan, double millis) {
    return new PromptVariant(prompt, plan.promptPositions(), plan.contextPositions(), millis);
  }

  private double millisSince(long start) {
    return (nanos.getAsLong() - start) / 1e6;
  }

  /** Tokens of all passages before compression: what every system's compression is measured by. */
  int contextTokens() {
    return passages.stream().mapToInt(passage -> passage.chunks().tokens()).sum();
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
      if (!affordable(kept, referenceMillis)) {
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
      // It needs the policy as REFRAG does.
      case TTFT -> largest(reference.chunks(), this::best, 0);
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
  private List<PassageContext> largest(
      int most, IntFunction<List<PassageContext>> choice, double moreMillis) {
    int least = 0;
    int end = most;
    while (least < end) {
      int middle = (least + end + 1) / 2;
      if (affordable(choice.apply(middle), moreMillis)) {
        least = middle;
      } else {
        end = middle - 1;
      }
    }
    return choice.apply(least);
  }

  /**
   * Whether all of it fits, raw, in what refrag spends.
   *
   * @param moreMillis what it may spend beside reading where times are compared, because refrag
   *     does
   */
  private boolean affordable(List<PassageContext> chosen, double moreMillis) {
    AnswerPlan plan = plan(chosen, ExpansionMode.FULL);
    PrefillCost prefill = options.prefillCost();
    boolean affordable =
        prefill == null
            ? plan.promptPositions() <= reference.promptPositions()
            : prefill.millis(plan.prompt()) <= prefill.millis(reference.prompt()) + moreMillis;
    return plan.leftOut().isEmpty() && affordable;
  }
}
