package io.github.refragstreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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

  /** What came of a passage and a question. */
  private record Outcome(ChunkVectors vectors, Generation answer) {}

  @Test
  void answersOnTheDeviceAsOnTheProcessor() {
    skipUnless(providerInBuild(), "this build has no CUDA provider");
    skipUnless(ENGINE.getGpuCount() > 0, "this machine has no CUDA device");
    // When
    Outcome device = answeredOn("cuda:0");
    // Then
    Outcome processor = answeredOn("cpu");
    assertThat(device.vectors.rows()).isEqualTo(processor.vectors.rows());
    for (int row = 0; row < processor.vectors.rows(); row++) {
      assertThat(PrecisionTest.cosine(device.vectors, processor.vectors, row)).isGreaterThan(0.99);
    }
    assertThat(device.answer.tokens()).isEqualTo(1);
    assertThat(device.answer.text()).isEqualTo(processor.answer.text());
  }

  @Test
  void saysWhatIsMissingWithoutTheProvider() {
    skipUnless(!providerInBuild(), "this build has the CUDA provider");
    assertThatThrownBy(() -> OnnxEngine.open("cuda:0", 1))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "model.device is cuda:0 but this build has no CUDA provider; build with the Maven"
                + " profile cuda");
  }

  private static Outcome answeredOn(String device) {
    RuntimeConfig config = RuntimeConfig.defaults().withDecoder(1, 256).withDevice(device);
    try (ModelRuntime runtime = ModelRuntime.open(ModelBundle.open(TestBundle.folder()), config)) {
      Models models = runtime.models();
      String text = "A short text.";
      ChunkedText chunks = models.chunker().chunk(null, text, 4);
      ChunkVectors vectors = models.encoder().encode(chunks).join();
      AnswerPlan plan =
          models
              .planner()
              .plan(
                  "What is it?",
                  List.of(),
                  List.of(new PassageContext("p", 0, null, null, text, chunks, vectors)),
                  new PlanOptions(ExpansionMode.MIXED, 0.2f, 200));
      return new Outcome(
          vectors,
          models
              .decoder()
              .generate(plan.prompt(), Sampling.greedy(1), (index, token) -> {})
              .join());
    }
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
