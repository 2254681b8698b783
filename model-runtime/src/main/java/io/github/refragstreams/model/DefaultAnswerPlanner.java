package io.github.refragstreams.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

/**
 * Fills the positions by rank: each passage enters in its smallest form, as long as it fits; what
 * is left pays for raw chunks, best score first.
 */
public final class DefaultAnswerPlanner implements AnswerPlanner {
  private final PromptTemplate template;
  private final ChunkPolicy policy;

  public DefaultAnswerPlanner(PromptTemplate template, ChunkPolicy policy) {
    this.template = template;
    this.policy = policy;
  }

  @Override
  public AnswerPlan plan(
      String question, List<PastTurn> history, List<PassageContext> passages, PlanOptions options) {
    long start = System.nanoTime();
    if (question.isBlank()) {
      throw new ModelException(ModelException.Kind.INPUT, "the question is empty");
    }
    int[] opening = template.opening(question);
    int[] asked = template.question(question);
    int spare = options.maxPositions() - template.head().length - opening.length - asked.length;
    if (spare < 0) {
      throw new ModelException(
          ModelException.Kind.INPUT,
          "head and question take "
              + (options.maxPositions() - spare)
              + " positions; the prompt may have "
              + options.maxPositions());
    }
    List<PastTurn> turns = latest(history, spare / 2);
    int turnPositions = turns.stream().mapToInt(this::cost).sum();
    Fit fit = fit(passages, options.mode(), spare - turnPositions);
    List<PassageContext> in = fit.passages;
    // Only a choice needs scores.
    boolean chooses = options.mode().chooses() && !options.expansion().isNothing();
    List<float[]> scores = chooses ? policy.score(question, in) : unscored(in);
    List<boolean[]> raw = raw(in, scores, options, fit.left);
    Prompt prompt = prompt(opening, fit, raw, turns, asked, options.mode());
    int promptPositions = template.head().length + prompt.positions();
    return new AnswerPlan(
        options.mode(),
        prompt,
        turns,
        in,
        raw,
        scores,
        fit.leftOut,
        promptPositions,
        (System.nanoTime() - start) / 1_000_000);
  }

  /** The last turns that fit in {@code most} positions. */
  private List<PastTurn> latest(List<PastTurn> history, int most) {
    int left = most;
    int first = history.size();
    while (first > 0 && cost(history.get(first - 1)) <= left) {
      first--;
      left -= cost(history.get(first));
    }
    return List.copyOf(history.subList(first, history.size()));
  }

  private int cost(PastTurn turn) {
    return template.turn().length + turn.positions();
  }

  /** Which passages enter, with their labels, and the positions that are left then. */
  private record Fit(
      List<PassageContext> passages, List<int[]> labels, List<PassageContext> leftOut, int left) {}

  private Fit fit(List<PassageContext> passages, ExpansionMode mode, int spare) {
    List<PassageContext> byRank = new ArrayList<>(passages);
    byRank.sort(Comparator.comparingInt(PassageContext::rank));
    List<PassageContext> in = new ArrayList<>();
    List<int[]> labels = new ArrayList<>();
    List<PassageContext> out = new ArrayList<>();
    int left = spare;
    int[] label = template.label(0);
    for (PassageContext passage : byRank) {
      ChunkedText chunks = passage.chunks();
      // Also where vectors are left out: the policy's work grows with the square of the chunks.
      int cost = label.length + (mode == ExpansionMode.FULL ? chunks.tokens() : chunks.chunks());
      if (cost <= left) {
        in.add(passage);
        labels.add(label);
        left -= cost;
        label = template.label(in.size());
      } else {
        out.add(passage);
      }
    }
    return new Fit(in, labels, out, left);
  }

  private static List<float[]> unscored(List<PassageContext> passages) {
    return passages.stream().map(passage -> new float[passage.chunks().chunks()]).toList();
  }

  private static List<boolean[]> raw(
      List<PassageContext> passages, List<float[]> scores, PlanOptions options, int spare) {
    List<ChunkedText> chunks = passages.stream().map(PassageContext::chunks).toList();
    ExpansionBudget budget = options.expansion();
    return switch (options.mode()) {
      case MIXED -> ExpansionPlanner.expand(chunks, scores, budget, 1, spare);
      case SELECTED -> {
        int vectors = chunks.stream().mapToInt(ChunkedText::chunks).sum();
        yield ExpansionPlanner.expand(chunks, scores, budget, 0, spare + vectors);
      }
      case COMPRESSED -> all(chunks, false);
      case FULL -> all(chunks, true);
    };
  }

  private static List<boolean[]> all(List<ChunkedText> passages, boolean raw) {
    return passages.stream()
        .map(
            chunks -> {
              boolean[] flags = new boolean[chunks.chunks()];
              Arrays.fill(flags, raw);
              return flags;
            })
        .toList();
  }

  private Prompt prompt(
      int[] opening,
      Fit fit,
      List<boolean[]> raw,
      List<PastTurn> turns,
      int[] asked,
      ExpansionMode mode) {
    PromptBuilder builder = new PromptBuilder().tokens(opening);
    Iterator<int[]> labels = fit.labels.iterator();
    for (int p = 0; p < fit.passages.size(); p++) {
      PassageContext passage = fit.passages.get(p);
      ChunkedText chunks = passage.chunks();
      boolean[] flags = raw.get(p);
      switch (mode) {
        case SELECTED -> {
          if (anyRaw(flags)) {
            builder.tokens(labels.next()).excerpt(chunks, passage.vectors(), flags);
          }
        }
        case MIXED, COMPRESSED ->
            builder.tokens(labels.next()).passage(chunks, passage.vectors(), flags);
        // All raw means all layers: what a decoder does without any cache.
        case FULL ->
            builder
                .tokens(labels.next())
                .passage(chunks, passage.vectors().withStates(null), flags);
      }
    }
    for (PastTurn turn : turns) {
      builder.tokens(template.turn());
      if (turn.vectors() == null) {
        builder.tokens(turn.chunks().tokenIds());
      } else {
        builder.passage(turn.chunks(), turn.vectors(), new boolean[turn.chunks().chunks()]);
      }
    }
    return builder.tokens(asked).build();
  }

  private static boolean anyRaw(boolean[] flags) {
    for (boolean flag : flags) {
      if (flag) {
        return true;
      }
    }
    return false;
  }
}
