package io.github.refragstreams.app.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.app.eval.FakeModels;
import io.github.refragstreams.model.ExpansionBudget;
import io.github.refragstreams.model.ExpansionMode;
import io.github.refragstreams.model.PlanOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TtftBenchTest {
  private static final int MOST = 4096;
  private static final List<Passage> CORPUS = List.of(new Passage("a", null, "x".repeat(600)));

  @Test
  void measuresEveryContextWithEveryChunkSize() {
    // Given
    List<String> progress = new ArrayList<>();
    TtftBench bench =
        new TtftBench(
            FakeModels.answering(prompt -> ""),
            CORPUS,
            400,
            new PlanOptions(ExpansionMode.MIXED, new ExpansionBudget(0.2f, 0, 10), MOST),
            progress::add);
    // When
    List<TtftRow> rows = bench.run(List.of(100, 500), List.of(2, 4), 2);
    // Then
    assertThat(rows).extracting(TtftRow::context).containsExactly(100, 100, 500, 500);
    assertThat(rows).extracting(TtftRow::chunkTokens).containsExactly(2, 4, 2, 4);
    assertThat(rows).extracting(TtftRow::beyondWindow).containsExactly(false, false, true, true);
    assertThat(rows.get(0).fullPositions() - rows.get(0).compressedPositions()).isEqualTo(50);
    assertThat(rows)
        .extracting(row -> row.mixedPositions() - row.compressedPositions())
        .containsExactly(5, 6, 5, 6);
    assertThat(progress).hasSize(6);
  }

  @Test
  void dividesByTheFasterWay() {
    TtftRow row = new TtftRow(512, 4, false, 600, 200, 260, 900, 90, 450, 180);
    assertThat(row.fullOverCached()).isEqualTo(10, within(1e-9));
    assertThat(row.fullOverUncached()).isEqualTo(2, within(1e-9));
    assertThat(row.fullOverMixed()).isEqualTo(5, within(1e-9));
  }
}
