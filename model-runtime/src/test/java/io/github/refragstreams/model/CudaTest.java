package io.github.refragstreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.engine.Engine;
import io.github.refragstreams.model.internal.onnx.OnnxEngine;
import org.junit.jupiter.api.Test;

/** Runs on the device where there is one (profile cuda). */
class CudaTest {
  private static boolean present() {
    try (OnnxEngine engine = OnnxEngine.open("cuda:0", 1)) {
      return Engine.getEngine("OnnxRuntime").getGpuCount() > 0 && engine.environment() != null;
    } catch (ModelException absent) {
      return false;
    }
  }

  @Test
  void answersOnTheDevice() {
    boolean present = present();
    if (!present) {
      System.out.println("skipped: no CUDA device, or a build without the profile cuda");
    }
    assumeTrue(present, "no CUDA device, or a build without the profile cuda");
    // Given
    RuntimeConfig cpu = RuntimeConfig.defaults().withDecoder(1, 256);
    RuntimeConfig cuda = cpu.withDevice("cuda:0");
    try (ModelRuntime runtime = ModelRuntime.open(TestBundle.folder(), cuda)) {
      ChunkedText chunks = runtime.models().chunker().chunk(null, "A short text.", 4);
      // When
      ChunkVectors vectors = runtime.models().encoder().encode(chunks).join();
      // Then
      assertThat(vectors.rows()).isEqualTo(chunks.chunks());
    }
  }

  @Test
  void saysWhatIsMissingWithoutCuda() {
    assumeFalse(present(), "this machine has CUDA");
    assertThatThrownBy(() -> OnnxEngine.open("cuda:0", 1))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "model.device is cuda:0 but this build has no CUDA provider; build with the Maven"
                + " profile cuda");
  }
}
