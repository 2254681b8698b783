package io.github.refragstreams.model.internal.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.model.BundleInfo;
import io.github.refragstreams.model.ChunkEncoder;
import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.ModelBundle;
import io.github.refragstreams.model.Precision;
import io.github.refragstreams.model.TestBundle;
import io.github.refragstreams.model.internal.bundle.ManifestReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the encoder makes of passages of all lengths around its window, with the default bundle. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OnnxChunkEncoderTest {
  private static final int[] LENGTHS = {300, 1, 256, 16, 257, 15, 512, 100, 101};
  private static final int SINK = 1;

  private LoadedModel model;
  private ChunkEncoder plain;
  private ChunkEncoder keeping;

  @BeforeAll
  void open() {
    BundleInfo info = ModelBundle.open(TestBundle.folder()).info();
    model =
        LoadedModel.open(
            TestBundle.folder(),
            ManifestReader.read(TestBundle.folder()),
            "cpu",
            2,
            Precision.QUANTISED);
    plain = model.encoder(info, SINK);
    keeping = model.encoder(info.withTokenStates(), SINK);
  }

  @AfterAll
  void close() {
    model.close();
  }

  @Test
  void vectorsDoNotDependOnWhatElseIsInTheCall() {
    // Given
    List<ChunkedText> passages = passages(8);
    List<ChunkVectors> alone = new ArrayList<>();
    passages.forEach(passage -> alone.addAll(keeping.encode(List.of(passage))));
    // When
    List<ChunkVectors> together = keeping.encode(passages);
    // Then
    assertThat(together).isEqualTo(alone);
    assertThat(together)
        .extracting(ChunkVectors::rows)
        .containsExactly(38, 1, 32, 2, 33, 2, 64, 13, 13);
  }

  @Test
  void statesComeBesideTheSameVectors() {
    // Given
    List<ChunkedText> passages = passages(4);
    // When
    List<ChunkVectors> with = keeping.encode(passages);
    // Then
    assertThat(with.stream().map(vectors -> vectors.withStates(null)).toList())
        .isEqualTo(plain.encode(passages));
    for (int i = 0; i < LENGTHS.length; i++) {
      assertThat(states(with.get(i)).rows()).isEqualTo(LENGTHS[i]);
    }
  }

  @Test
  void statesDoNotDependOnTheChunks() {
    assertThat(keeping.encode(passages(16)).stream().map(OnnxChunkEncoderTest::states).toList())
        .isEqualTo(keeping.encode(passages(4)).stream().map(OnnxChunkEncoderTest::states).toList());
  }

  @Test
  void anEncoderThatKeepsStatesHasAnotherName() {
    assertThat(keeping.id()).isEqualTo(plain.id() + "+states");
  }

  private static ChunkVectors states(ChunkVectors vectors) {
    return Objects.requireNonNull(vectors.states());
  }

  private static List<ChunkedText> passages(int k) {
    List<ChunkedText> passages = new ArrayList<>();
    for (int length : LENGTHS) {
      int[] ids = new Random(length).ints(length, 100, 40_000).toArray();
      passages.add(new ChunkedText(k, ids, new int[length], 0));
    }
    return passages;
  }
}
