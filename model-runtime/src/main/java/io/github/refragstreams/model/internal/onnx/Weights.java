package io.github.refragstreams.model.internal.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.github.refragstreams.model.internal.Natives;
import io.github.refragstreams.model.internal.bundle.Manifest;
import io.github.refragstreams.model.internal.bundle.QuantisedMatrix;
import io.github.refragstreams.model.internal.bundle.WeightFile;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The weights that the graphs' own files do not hold: linears with their adapter merged in, or all
 * linears as floats. Nothing is written to disk.
 */
public final class Weights {
  private final OrtEnvironment environment;
  private final Path bundle;
  private final Manifest manifest;
  private final @Nullable WeightFile adapter;

  public Weights(OrtEnvironment environment, Path bundle, Manifest manifest) {
    this.environment = environment;
    this.bundle = bundle;
    this.manifest = manifest;
    Manifest.Adapter entry = manifest.adapter();
    this.adapter = entry == null ? null : WeightFile.open(bundle, entry.file(), entry.tensors());
  }

  /**
   * Linears of {@code file} that the adapter changes, merged and quantised again per output
   * channel.
   *
   * @param owner closes the tensors
   */
  public Map<String, OnnxTensor> merged(String file, Natives owner) {
    WeightFile base = file(file);
    List<Merged> linears =
        QuantisedMatrix.linears(base).stream()
            .filter(this::hasAdapter)
            .parallel()
            .map(linear -> new Merged(linear, quantised(base, linear)))
            .toList();
    Map<String, OnnxTensor> tensors = new HashMap<>();
    for (Merged merged : linears) {
      QuantisedMatrix matrix = merged.matrix;
      ByteBuffer values = Direct.bytes(matrix.values().length).put(matrix.values()).flip();
      FloatBuffer scales = Direct.floats(matrix.out()).put(matrix.scales()).flip();
      try {
        tensors.put(
            merged.linear + ".q",
            owner.own(
                OnnxTensor.createTensor(
                    environment,
                    values,
                    new long[] {matrix.in(), matrix.out()},
                    OnnxJavaType.INT8)));
        tensors.put(
            merged.linear + ".s",
            owner.own(OnnxTensor.createTensor(environment, scales, new long[] {matrix.out()})));
      } catch (OrtException e) {
        throw OrtFailures.of("merging the adapter", e);
      }
    }
    return tensors;
  }

  /**
   * All linears of {@code file} as floats of the same values: adapters are merged and rounded as in
   * {@link #merged}.
   *
   * @param owner closes the tensors
   */
  public Map<String, OnnxTensor> floats(String file, Natives owner) {
    WeightFile base = file(file);
    Map<String, OnnxTensor> tensors = new HashMap<>();
    for (String linear : QuantisedMatrix.linears(base)) {
      QuantisedMatrix matrix =
          hasAdapter(linear) ? quantised(base, linear) : QuantisedMatrix.read(base, linear);
      float[] values = matrix.toFloats();
      FloatBuffer direct = Direct.floats(values.length).put(values).flip();
      try {
        tensors.put(
            linear + ".w",
            owner.own(
                OnnxTensor.createTensor(
                    environment, direct, new long[] {matrix.in(), matrix.out()})));
      } catch (OrtException e) {
        throw OrtFailures.of("preparing " + file, e);
      }
    }
    return tensors;
  }

  /**
   * Cosines and sines of the rotary embedding [positions, head size / 2], which no file holds.
   *
   * @param owner closes the tensors
   */
  public Map<String, OnnxTensor> rotary(Natives owner) {
    int half = manifest.headSize() / 2;
    int positions = manifest.rotaryPositions();
    FloatBuffer cos = Direct.floats((long) positions * half);
    FloatBuffer sin = Direct.floats((long) positions * half);
    for (int i = 0; i < half; i++) {
      double frequency = frequency(i);
      for (int position = 0; position < positions; position++) {
        cos.put(position * half + i, (float) Math.cos(position * frequency));
        sin.put(position * half + i, (float) Math.sin(position * frequency));
      }
    }
    long[] shape = {positions, half};
    try {
      return Map.of(
          "cos", owner.own(OnnxTensor.createTensor(environment, cos, shape)),
          "sin", owner.own(OnnxTensor.createTensor(environment, sin, shape)));
    } catch (OrtException e) {
      throw OrtFailures.of("preparing the rotary embedding", e);
    }
  }

  private double frequency(int i) {
    List<Double> frequencies = manifest.ropeFrequencies();
    return frequencies == null
        ? Math.pow(manifest.ropeTheta(), -2.0 * i / manifest.headSize())
        : frequencies.get(i);
  }

  private record Merged(String linear, QuantisedMatrix matrix) {}

  private QuantisedMatrix quantised(WeightFile base, String linear) {
    QuantisedMatrix matrix = QuantisedMatrix.read(base, linear);
    return QuantisedMatrix.quantise(merge(matrix, linear), matrix.in(), matrix.out());
  }

  private float[] merge(QuantisedMatrix matrix, String linear) {
    float[] values = matrix.toFloats();
    Manifest.Adapter entry = manifest.adapter();
    if (entry != null && adapter != null && hasAdapter(linear)) {
      QuantisedMatrix.addLowRank(
          values,
          adapter.floats(linear + ".a"),
          adapter.floats(linear + ".b"),
          entry.rank(),
          entry.scale());
    }
    return values;
  }

  private boolean hasAdapter(String linear) {
    return adapter != null && adapter.tensors().containsKey(linear + ".a");
  }

  private WeightFile file(String name) {
    return WeightFile.open(bundle, name, manifest.tensors().getOrDefault(name, Map.of()));
  }
}
