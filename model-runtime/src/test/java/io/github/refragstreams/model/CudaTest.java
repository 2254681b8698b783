package io.github.refragstreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.engine.Engine;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import io.github.refragstreams.model.AnswerDecoder.Generation;
import io.github.refragstreams.model.AnswerDecoder.Sampling;
import io.github.refragstreams.model.internal.onnx.OnnxEngine;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Runs on the device where the build has the provider (profile cuda) and the machine the device.
 */
class CudaTest {
  private static final Engine ENGINE = Engine.getEngine("OnnxRuntime"); // makes the environment

  @Test
  void answersOnTheDevice() {
    skipUnless(providerInBuild(), "this build has no CUDA provider");
    skipUnless(ENGINE.getGpuCount() > 0, "this machine has no CUDA device");
    // Given
    RuntimeConfig cuda = RuntimeConfig.defaults().withDecoder(1, 256).withDevice("cuda:0");
    try (ModelRuntime runtime = ModelRuntime.open(ModelBundle.open(TestBundle.folder()), cuda)) {
      Models models = runtime.models();
      String text = "A short text.";
      ChunkedText chunks = models.chunker().chunk(null, text, 4);
      // When
      ChunkVectors vectors = models.encoder().encode(chunks).join();
      AnswerPlan plan =
          models
              .planner()
              .plan(
                  "What is it?",
                  List.of(),
                  List.of(new PassageContext("p", 0, null, null, text, chunks, vectors)),
                  new PlanOptions(ExpansionMode.MIXED, 0.2f, 200));
      Generation answer =
          models.decoder().generate(plan.prompt(), Sampling.greedy(1), (index, token) -> {}).join();
      // Then
      assertThat(vectors.rows()).isEqualTo(chunks.chunks());
      assertThat(answer.tokens()).isEqualTo(1);
    }
  }

  @Test
  void saysWhatIsMissingWithoutTheProvider() {
    assumeFalse(providerInBuild(), "this build has the CUDA provider");
    assertThatThrownBy(() -> OnnxEngine.open("cuda:0", 1))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "model.device is cuda:0 but this build has no CUDA provider; build with the Maven"
                + " profile cuda");
  }

  private static boolean providerInBuild() {
    return OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA);
  }

  private static void skipUnless(boolean met, String reason) {
    if (!met) {
      System.out.println("skipped: " + reason);
    }
    assumeTrue(met, reason);
  }
}
