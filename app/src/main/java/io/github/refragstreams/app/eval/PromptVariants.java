package io.github.refragstreams.app.eval;

import io.github.refragstreams.model.AnswerPlan;
import io.github.refragstreams.model.AnswerPlanner;
import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ExpansionMode;
import io.github.refragstreams.model.PassageContext;
import io.github.refragstreams.model.PlanOptions;
import io.github.refragstreams.model.Prompt;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

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
   * @param passages best first, as all systems read them
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
    this.reference = plan(passages, ExpansionMode.MIXED);
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
      case COMPRESSED -> timed(() -> plan(passages, ExpansionMode.COMPRESSED));
      case FULL -> read(passages);
      case NONE -> read(List.of());
      case TOP1 -> read(passages.subList(0, Math.min(1, passages.size())));
      case TRUNCATED -> read(truncated());
      case FEWER -> read(fewer());
      case ONLY -> only();
    };
  }

  /** Passages in full. */
  private PromptVariant read(List<PassageContext> chosen) {
    return timed(() -> raw(chosen));
  }

  /** To search for what a rival can afford is no part of answering; to plan it is. */
  private PromptVariant timed(Supplier<AnswerPlan> planning) {
    long start = nanos.getAsLong();
    AnswerPlan plan = planning.get();
    return variant(plan.prompt(), plan, millisSince(start));
  }

  private static PromptVariant variant(Prompt prompt, AnswerPlan plan, double millis) {
    return new PromptVariant(
        prompt, plan.promptPositions(), plan.contextPositions(), millis, plan.leftOut().size());
  }

  private double millisSince(long start) {
    return (nanos.getAsLong() - start) / 1e6;
  }

  /** Tokens of all passages before compression: what every system's compression is measured by. */
  int contextTokens() {
    return passages.stream().mapToInt(passage -> passage.chunks().tokens()).sum();
  }

  private AnswerPlan plan(List<PassageContext> chosen, ExpansionMode mode) {
    return plan(chosen, new PlanOptions(mode, options.expansion(), options.maxPositions()));
  }

  private AnswerPlan plan(List<PassageContext> chosen, PlanOptions how) {
    return planner.plan(question, List.of(), chosen, how);
  }

  private AnswerPlan raw(List<PassageContext> chosen) {
    return plan(chosen, ExpansionMode.FULL);
  }

  private AnswerPlan selected(float share) {
    return plan(
        reference.passages(),
        new PlanOptions(ExpansionMode.SELECTED, share, options.maxPositions()));
  }

  private List<PassageContext> truncated() {
    return cut(largest(contextTokens(), tokens -> raw(cut(tokens)), referenceMillis));
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

  /** Whole passages; where not even the best one fits, its beginning. */
  private List<PassageContext> fewer() {
    int fitting = largest(passages.size(), many -> raw(passages.subList(0, many)), referenceMillis);
    return fitting == 0 ? truncated() : passages.subList(0, fitting);
  }

  /** What the policy chooses: as for REFRAG, or as much as takes its time. It needs it, too. */
  private PromptVariant only() {
    if (options.match() == Match.POSITIONS) {
      return timed(() -> plan(reference.passages(), ExpansionMode.SELECTED));
    }
    float share = share(largest(reference.chunks(), chunks -> selected(share(chunks)), 0));
    return timed(() -> selected(share));
  }

  private float share(int chunks) {
    return (float) chunks / Math.max(1, reference.chunks());
  }

  /** The largest size up to {@code most} that is affordable; costs grow with the size. */
  private int largest(int most, IntFunction<AnswerPlan> plans, double moreMillis) {
    int least = 0;
    int end = most;
    while (least < end) {
      int middle = (least + end + 1) / 2;
      if (affordable(plans.apply(middle), moreMillis)) {
        least = middle;
      } else {
        end = middle - 1;
      }
    }
    return least;
  }

  /**
   * Whether all of it fits in what refrag spends.
   *
   * @param moreMillis what it may spend beside reading where times are compared, because refrag
   *     does
   */
  private boolean affordable(AnswerPlan plan, double moreMillis) {
    PrefillCost prefill = options.prefillCost();
    boolean affordable =
        prefill == null
            ? plan.promptPositions() <= reference.promptPositions()
            : prefill.millis(plan.prompt()) <= prefill.millis(reference.prompt()) + moreMillis;
    return plan.leftOut().isEmpty() && affordable;
  }
}
