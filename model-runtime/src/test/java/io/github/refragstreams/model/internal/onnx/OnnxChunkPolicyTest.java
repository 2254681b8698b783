package io.github.refragstreams.model.internal.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.model.ChunkPolicy;
import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.ModelBundle;
import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.ModelRuntime;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.model.PassageContext;
import io.github.refragstreams.model.Precision;
import io.github.refragstreams.model.RuntimeConfig;
import io.github.refragstreams.model.TestBundle;
import io.github.refragstreams.model.internal.bundle.ManifestReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** The default bundle's own policy. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OnnxChunkPolicyTest {
  private static final int SINK = 1;
  private static final int CALLERS = 2;
  private static final String RIVER =
      "The Orkhon is a river in the north. It is 1124 kilometres long and flows into the Selenge.";
  private static final String PAINTER =
      "She was born in 1886 in Porto and painted more than ninety portraits of sailors.";

  private ModelRuntime runtime;
  private LoadedModel model;
  private ChunkPolicy policy;

  @BeforeAll
  void open() {
    runtime =
        ModelRuntime.open(
            ModelBundle.open(TestBundle.folder()), RuntimeConfig.defaults().withDecoder(1, 64));
    model = loaded();
    policy = model.policy(runtime.tokenizer(), SINK);
  }

  @AfterAll
  void close() {
    model.close();
    runtime.close();
  }

  @Test
  void isTheLearnedOne() {
    assertThat(policy.id()).isEqualTo("learned-1");
  }

  @Test
  void prefersTheChunksThatAnswer() {
    for (int k : runtime.models().bundle().chunkSizes()) {
      // Given
      List<PassageContext> passages = List.of(passage(PAINTER, 0, k), passage(RIVER, 1, k));
      // When
      List<float[]> scores = policy.score("How long is the Orkhon?", passages);
      // Then
      assertThat(scores).extracting(own -> own.length).containsExactly(chunks(passages));
      assertThat(best(scores.get(1))).isGreaterThan(best(scores.get(0)));
    }
  }

  @Test
  void sameInputsHaveTheSameScores() {
    // Given
    List<PassageContext> passages = List.of(passage(RIVER, 0, 4), passage(PAINTER, 1, 4));
    List<float[]> once = policy.score("Where was she born?", passages);
    policy.score("a question in between that is a good deal longer than the other one", passages);
    // When
    List<float[]> again = policy.score("Where was she born?", passages);
    // Then
    assertThat(again.get(0)).containsExactly(once.get(0));
    assertThat(again.get(1)).containsExactly(once.get(1));
  }

  @Test
  void noPassagesHaveNoScores() {
    assertThat(policy.score("Where?", List.of())).isEmpty();
  }

  @Test
  void aQuestionLongerThanTheWindowIsReadAsFarAsItGoes() {
    // When
    List<float[]> scores = policy.score("why ".repeat(2_000), List.of(passage(RIVER, 0, 8)));
    // Then
    for (float score : scores.get(0)) {
      assertThat(score).isFinite();
    }
  }

  @Test
  @Timeout(120)
  void isClosedUnderCallsThatRun() throws Exception {
    // Given
    List<PassageContext> passages = List.of(passage(RIVER, 0, 8), passage(PAINTER, 1, 8));
    CountDownLatch called = new CountDownLatch(CALLERS);
    ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    List<Future<Void>> calls = new ArrayList<>();
    LoadedModel shortLived = loaded();
    ChunkPolicy used = shortLived.policy(runtime.tokenizer(), SINK);
    for (int caller = 0; caller < CALLERS; caller++) {
      calls.add(
          callers.submit(
              () -> {
                while (true) {
                  used.score("How long is the Orkhon?", passages);
                  called.countDown();
                }
              }));
    }
    called.await();
    // When
    shortLived.close();
    // Then
    for (Future<Void> call : calls) {
      assertThatThrownBy(call::get)
          .hasCauseInstanceOf(ModelException.class)
          .cause()
          .extracting("kind")
          .isEqualTo(ModelException.Kind.TRANSIENT);
    }
    callers.shutdown();
  }

  private static LoadedModel loaded() {
    return LoadedModel.open(
        TestBundle.folder(),
        ManifestReader.read(TestBundle.folder()),
        "cpu",
        2,
        Precision.QUANTISED);
  }

  private PassageContext passage(String text, int rank, int k) {
    Models models = runtime.models();
    ChunkedText chunks = models.chunker().chunk(null, text, k);
    ChunkVectors vectors = models.encoder().encode(chunks).join();
    return new PassageContext("p" + rank, rank, null, null, text, chunks, vectors);
  }

  private static Integer[] chunks(List<PassageContext> passages) {
    return passages.stream().map(p -> p.chunks().chunks()).toArray(Integer[]::new);
  }

  private static double best(float[] scores) {
    return IntStream.range(0, scores.length).mapToDouble(i -> scores[i]).max().orElseThrow();
  }
}
