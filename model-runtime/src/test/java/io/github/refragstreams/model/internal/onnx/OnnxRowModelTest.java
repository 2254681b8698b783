package io.github.refragstreams.model.internal.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.ModelBundle;
import io.github.refragstreams.model.Precision;
import io.github.refragstreams.model.Prompt;
import io.github.refragstreams.model.Segment;
import io.github.refragstreams.model.TestBundle;
import io.github.refragstreams.model.internal.bundle.Manifest;
import io.github.refragstreams.model.internal.bundle.ManifestReader;
import io.github.refragstreams.model.internal.decode.RowModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of the default bundle's decoder, compared bit by bit. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OnnxRowModelTest {
  private static final int[] HEAD = ids(0, 12);
  private static final int STEPS = 5;

  /** Logits of other prompts have a cosine of about 0.975 with each other. */
  private static final double SAME = 0.99999;

  private LoadedModel model;
  private RowModel rows;
  private List<Prompt> prompts;

  @BeforeAll
  void open() {
    Manifest manifest = ManifestReader.read(TestBundle.folder());
    model = LoadedModel.open(TestBundle.folder(), manifest, "cpu", 2, Precision.QUANTISED);
    rows = model.rows(new OnnxRowModel.Size(3, 256, 768, 48), HEAD);
    ChunkVectors vectors =
        model
            .encoder(ModelBundle.open(TestBundle.folder()).info(), 1)
            .encode(List.of(new ChunkedText(4, ids(9, 70), new int[70], 0)))
            .get(0);
    prompts =
        List.of(
            new Prompt(List.of(new Segment.Tokens(ids(1, 37)))),
            new Prompt(
                List.of(
                    new Segment.Tokens(ids(2, 5)),
                    new Segment.Chunks(vectors, new int[] {0, 1, 2, 5, 17}),
                    new Segment.Tokens(ids(3, 120)))),
            new Prompt(
                List.of(
                    new Segment.Chunks(vectors, new int[] {3, 4}), new Segment.Tokens(ids(4, 1)))));
  }

  @AfterAll
  void close() {
    model.close();
  }

  private static int[] ids(int seed, int count) {
    return new Random(seed).ints(count, 100, 40_000).toArray();
  }

  private static int token(int prompt, int step) {
    return 1000 + 100 * prompt + step;
  }

  private float[] read(int row, Prompt prompt) {
    return read(rows, row, prompt);
  }

  private static float[] read(RowModel rows, int row, Prompt prompt) {
    RowModel.Reading reading = rows.read(row, prompt);
    while (!reading.advance()) {
      // piece by piece
    }
    return reading.logits().clone();
  }

  /** Logits after the prompt and after each step, the prompt alone in row 0. */
  private List<float[]> alone(int prompt) {
    List<float[]> logits = new ArrayList<>();
    logits.add(read(0, prompts.get(prompt)));
    for (int step = 0; step < STEPS; step++) {
      logits.add(rows.step(new int[] {token(prompt, step)})[0].clone());
    }
    return logits;
  }

  @Test
  void aRowIsBitEqualWhateverTheOthersHold() {
    // Given
    List<List<float[]>> alone = List.of(alone(0), alone(1), alone(2));
    // When
    for (int row = 0; row < 3; row++) {
      assertThat(read(row, prompts.get(row))).isEqualTo(alone.get(row).get(0));
    }
    for (int step = 0; step < STEPS; step++) {
      float[][] together = rows.step(new int[] {token(0, step), token(1, step), token(2, step)});
      // Then
      for (int row = 0; row < 3; row++) {
        assertThat(together[row]).isEqualTo(alone.get(row).get(step + 1));
      }
    }
  }

  @Test
  void aRowThatMovesGoesOnAsBefore() {
    // Given
    List<float[]> expected = alone(1);
    List<float[]> other = alone(2);
    float[] first = read(0, prompts.get(0));
    assertThat(read(1, prompts.get(2))).isEqualTo(other.get(0)).isNotEqualTo(first);
    assertThat(read(2, prompts.get(1))).isEqualTo(expected.get(0));
    // When: row 0 leaves, row 2 closes the gap
    rows.copyRow(2, 0);
    // Then
    for (int step = 0; step < STEPS; step++) {
      float[][] together = rows.step(new int[] {token(1, step), token(2, step)});
      assertThat(together[0]).isEqualTo(expected.get(step + 1));
      assertThat(together[1]).isEqualTo(other.get(step + 1));
    }
  }

  @Test
  void rowsGoOnAsBeforeWhenTheyBecomeShorterOrLonger() {
    // Given
    List<List<float[]>> alone = List.of(alone(0), alone(1));
    rows.arrange(256, 0);
    read(0, prompts.get(0));
    read(1, prompts.get(1));
    int[] positions = {200, 256, 150, 384, 256};
    for (int step = 0; step < STEPS; step++) {
      // When
      rows.arrange(positions[step], 2);
      // Then
      float[][] together = rows.step(new int[] {token(0, step), token(1, step)});
      assertThat(together[0]).isEqualTo(alone.get(0).get(step + 1));
      assertThat(together[1]).isEqualTo(alone.get(1).get(step + 1));
    }
  }

  @Test
  void memoryGrowsWhileItHasRoomForMoreShortRowsThanThereMayBe() {
    // Given: eight rows of 32 positions would fit
    RowModel few = model.rows(new OnnxRowModel.Size(4, 256, 400, 48), HEAD);
    List<float[]> alone = alone(2);
    few.arrange(32, 0);
    for (int row = 0; row < 3; row++) {
      read(few, row, prompts.get(2));
    }
    // When
    few.arrange(100, 3);
    // Then
    int token = token(2, 0);
    float[][] together = few.step(new int[] {token, token, token});
    for (int row = 0; row < 3; row++) {
      assertThat(together[row]).isEqualTo(alone.get(1));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 48, 64})
  void aPromptThatIsReadInPiecesIsThePromptThatIsReadInOne(int piece) {
    // Given
    RowModel whole = model.rows(new OnnxRowModel.Size(1, 256, 256, 256), HEAD);
    RowModel pieces = model.rows(new OnnxRowModel.Size(1, 256, 256, piece), HEAD);
    for (int prompt = 0; prompt < prompts.size(); prompt++) {
      // When
      float[] expected = read(whole, 0, prompts.get(prompt));
      float[] actual = read(pieces, 0, prompts.get(prompt));
      // Then
      assertThat(cosine(actual, expected)).isGreaterThan(SAME);
      for (int step = 0; step < STEPS; step++) {
        int[] token = {token(prompt, step)};
        expected = whole.step(token)[0];
        actual = pieces.step(token)[0];
        assertThat(cosine(actual, expected)).isGreaterThan(SAME);
      }
    }
  }

  @Test
  void aPositionThatIsReadByItselfIsADecodingStep() {
    // Products of one position round differently from those of many, on some processors by far:
    // positions that are read one by one are compared with steps, not with a prompt read in one.
    // Given
    RowModel single = model.rows(new OnnxRowModel.Size(1, 256, 256, 1), HEAD);
    int[] ids = ids(1, 37);
    read(
        single, 0, new Prompt(List.of(new Segment.Tokens(Arrays.copyOf(ids, ids.length - STEPS)))));
    float[] stepped = {};
    for (int i = ids.length - STEPS; i < ids.length; i++) {
      stepped = single.step(new int[] {ids[i]})[0].clone();
    }
    // When
    float[] actual = read(single, 0, prompts.get(0));
    // Then
    assertThat(cosine(actual, stepped)).isGreaterThan(SAME);
  }

  @Test
  void theHeadThatIsKeptIsTheHeadThatIsRead() {
    // Given: the same tokens with a head of one
    int[] rest = Arrays.copyOfRange(HEAD, 1, HEAD.length);
    RowModel shortHead = model.rows(new OnnxRowModel.Size(1, 256, 256, 48), Arrays.copyOf(HEAD, 1));
    RowModel.Reading reading =
        shortHead.read(
            0, new Prompt(List.of(new Segment.Tokens(rest), new Segment.Tokens(ids(1, 37)))));
    while (!reading.advance()) {
      // piece by piece
    }
    float[] whole = reading.logits();
    // When
    float[] kept = read(0, prompts.get(0));
    // Then: not bit-equal, since the pieces differ
    assertThat(cosine(kept, whole)).isGreaterThan(SAME);
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    double squares = 0;
    double others = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      squares += (double) a[i] * a[i];
      others += (double) b[i] * b[i];
    }
    return dot / Math.sqrt(squares * others);
  }
}
