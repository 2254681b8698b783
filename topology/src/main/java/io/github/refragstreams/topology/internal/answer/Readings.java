package io.github.refragstreams.topology.internal.answer;

import io.github.refragstreams.model.AnswerPlan;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.ExpansionMode;
import io.github.refragstreams.model.PassageContext;
import io.github.refragstreams.schemas.PassageReading;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Tells how the passages of a prompt were read, for those who ask. */
final class Readings {
  private Readings() {}

  /**
   * @param contexts passages that were there, in the prompt or not
   */
  static List<PassageReading> of(AnswerPlan plan, List<Context> contexts) {
    Set<String> cached = Context.cachedIds(contexts);
    List<PassageReading> readings = new ArrayList<>();
    for (int p = 0; p < plan.passages().size(); p++) {
      PassageContext passage = plan.passages().get(p);
      readings.add(
          PassageReading.newBuilder()
              .setPassageId(passage.passageId())
              .setCached(cached.contains(passage.passageId()))
              .setChunkEnds(ends(passage.chunks()))
              .setRaw(raw(plan.raw().get(p)))
              .setOthersLeftOut(plan.mode() == ExpansionMode.SELECTED)
              .setScores(scores(plan.mode(), plan.scores().get(p)))
              .build());
    }
    return readings;
  }

  private static List<Integer> ends(ChunkedText chunks) {
    return IntStream.range(0, chunks.chunks()).map(chunks::charEnd).boxed().toList();
  }

  private static List<Integer> raw(boolean[] flags) {
    return IntStream.range(0, flags.length).filter(c -> flags[c]).boxed().toList();
  }

  /** Without a choice there are no scores. */
  private static List<Float> scores(ExpansionMode mode, float[] scores) {
    if (!mode.chooses()) {
      return List.of();
    }
    List<Float> all = new ArrayList<>(scores.length);
    for (float score : scores) {
      all.add(score);
    }
    return all;
  }
}
