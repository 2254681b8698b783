package io.github.refragstreams.app.eval;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.ExpansionBudget;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.model.PassageContext;
import io.github.refragstreams.model.Prompt;
import io.github.refragstreams.model.Segment;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PromptVariantsTest {
  private static final Models MODELS = FakeModels.answering(prompt -> "");
  private static final String QUESTION = "which is blue";

  /** Nothing takes time, unless a test says so. */
  private LongSupplier clock = () -> 0;

  private final List<PassageContext> passages =
      List.of(
          passage("p0", 0, 2.0, "red is a colour of fire"),
          passage("p1", 1, 1.0, "blue"),
          passage("p2", 2, 0.5, "green is grass, blue is not"));
  private final PromptVariants variants = variants(1_000, null);

  /** A vector costs 1, a raw position 2. */
  private final PromptVariants timed = variants(1_000, new PrefillCost(5, 1, 0, 1, 0, List.of()));

  @Test
  void mixesRawAndCompressedChunks() {
    assertThat(shown(EvalSystem.REFRAG))
        .isEqualTo("re" + "*".repeat(11) + "|bl*|gr" + "*".repeat(13));
  }

  @Test
  void compressesEverything() {
    assertThat(shown(EvalSystem.COMPRESSED)).isEqualTo("*".repeat(12) + "|**|" + "*".repeat(14));
  }

  @Test
  void readsEverythingRaw() {
    assertThat(shown(EvalSystem.FULL))
        .isEqualTo("red is a colour of fire|blue|green is grass, blue is not");
  }

  @Test
  void readsNothing() {
    assertThat(shown(EvalSystem.NONE)).isEmpty();
  }

  @Test
  void cutsRawTextToThePositionsThatRefragUses() {
    // 13 + 3 + 15 positions of context.
    assertThat(shown(EvalSystem.TRUNCATED)).isEqualTo("red is a colour of fire|blue|gree");
    assertThat(variants.of(EvalSystem.TRUNCATED).positions())
        .isEqualTo(variants.of(EvalSystem.REFRAG).positions());
  }

  @Test
  void takesTheBestPassagesThatFit() {
    // What is left would do for four characters of p2.
    assertThat(shown(EvalSystem.FEWER)).isEqualTo("red is a colour of fire|blue");
  }

  @Test
  void keepsOnlyTheRawChunks() {
    assertThat(shown(EvalSystem.ONLY)).isEqualTo("re|bl|gr");
  }

  @Test
  void swapsTheVectorsOnly() {
    // When
    Prompt shuffled = variants.of(EvalSystem.SHUFFLED).prompt();
    // Then
    assertThat(shown(EvalSystem.SHUFFLED)).isEqualTo(shown(EvalSystem.REFRAG));
    // Twelve chunks of the first passage, two of the second; the first of each is raw.
    assertThat(vectors(shuffled).subList(0, 12))
        .containsExactly(-2f, -1f, -2f, -1f, -2f, -1f, -2f, -1f, -2f, -1f, -2f, -2f);
    assertThat(vectors(shuffled)).containsOnly(-1f, -2f);
  }

  @Test
  void cutsRawTextToTheTimeOfRefrag() {
    // 2 for each of 6 characters and 3 labels, 1 for each of 25 vectors: a label, 20 characters.
    assertThat(shown(timed, EvalSystem.TRUNCATED)).isEqualTo("red is a colour of f");
  }

  @Test
  void takesTheBeginningOfTheBestPassageWhereItDoesNotFit() {
    assertThat(shown(timed, EvalSystem.FEWER)).isEqualTo("red is a colour of f");
  }

  @Test
  void fillsTheTimeOfRefragWithTheBestChunks() {
    // 3 labels, the 3 first chunks, which are best, and the next 6.
    assertThat(shown(timed, EvalSystem.ONLY)).isEqualTo("red is a colou|bl|gr");
  }

  @Test
  void chargesThePolicyToWhoeverNeedsIt() {
    // Given: whatever is timed takes 4 ms
    AtomicLong nanos = new AtomicLong();
    clock = () -> nanos.getAndAdd(4_000_000);
    PromptVariants slow = variants(1_000, new PrefillCost(5, 1, 0, 1, 0, List.of()));
    // Then: two more raw positions for who needs no policy
    assertThat(shown(slow, EvalSystem.TRUNCATED)).isEqualTo("red is a colour of fir");
    assertThat(shown(slow, EvalSystem.ONLY)).isEqualTo("red is a colou|bl|gr");
    assertThat(slow.of(EvalSystem.TRUNCATED).planMillis()).isEqualTo(4);
    assertThat(slow.of(EvalSystem.REFRAG).planMillis()).isEqualTo(4);
    assertThat(slow.of(EvalSystem.ONLY).planMillis()).isEqualTo(4);
  }

  @ParameterizedTest
  @EnumSource(
      value = EvalSystem.class,
      names = {"TRUNCATED", "FEWER", "ONLY"},
      mode = EnumSource.Mode.EXCLUDE)
  void matchesRivalsOnly(EvalSystem system) {
    assertThat(shown(timed, system)).isEqualTo(shown(system));
  }

  @Test
  void neverFillsMoreThanTheWindow() {
    // Time is no bound here, but 43 positions beside head and question are; labels take 3.
    PromptVariants free = variants(59, new PrefillCost(5, 0, 0, 0, 0, List.of()));
    assertThat(shown(free, EvalSystem.TRUNCATED))
        .isEqualTo("red is a colour of fire|blue|green is gras");
    assertThat(shown(free, EvalSystem.FEWER)).isEqualTo("red is a colour of fire|blue");
  }

  @ParameterizedTest
  @EnumSource(
      value = EvalSystem.class,
      names = {"TRUNCATED", "FEWER", "ONLY", "SHUFFLED", "COMPRESSED"})
  void neverUsesMorePositionsThanRefrag(EvalSystem system) {
    assertThat(variants.of(system).positions())
        .isLessThanOrEqualTo(variants.of(EvalSystem.REFRAG).positions());
  }

  /** Raw characters as they are, a star per vector, a bar between passages; no question. */
  private String shown(EvalSystem system) {
    return shown(variants, system);
  }

  private static String shown(PromptVariants variants, EvalSystem system) {
    String all =
        variants.of(system).prompt().segments().stream()
            .map(
                segment ->
                    segment instanceof Segment.Tokens tokens
                        ? new String(tokens.ids(), 0, tokens.ids().length)
                        : "*".repeat(segment.positions()))
            .collect(Collectors.joining());
    String context = all.substring(0, all.length() - QUESTION.length());
    return context.isEmpty() ? "" : context.substring(1).replace((char) FakeModels.LABEL, '|');
  }

  private PromptVariants variants(int maxPositions, @Nullable PrefillCost cost) {
    return new PromptVariants(
        MODELS.planner(),
        new EvalOptions(List.of(), 2, ExpansionBudget.of(0.1f), 8, maxPositions, 7, cost),
        QUESTION,
        passages,
        List.of(ChunkVectors.ofFloats(2, 1, new float[] {-1, -2})),
        clock);
  }

  private static List<Float> vectors(Prompt prompt) {
    return prompt.segments().stream()
        .filter(Segment.Chunks.class::isInstance)
        .map(Segment.Chunks.class::cast)
        .flatMap(
            chunks ->
                Arrays.stream(chunks.rows())
                    .mapToObj(
                        row -> {
                          float[] value = new float[1];
                          chunks.vectors().copyRow(row, value, 0);
                          return value[0];
                        }))
        .toList();
  }

  private static PassageContext passage(String id, int rank, double score, String text) {
    ChunkedText chunks = MODELS.chunker().chunk(null, text, 2);
    return new PassageContext(
        id, rank, score, null, text, chunks, MODELS.encoder().encode(chunks).join());
  }
}
