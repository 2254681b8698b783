package io.github.refragstreams.model.internal.bundle;

import io.github.refragstreams.model.InvalidBundleException;
import io.github.refragstreams.model.internal.HalfFloat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** The tensors of one weight file, mapped into memory. Immutable. */
public final class WeightFile {
  private final Path bundle;
  private final String name;
  private final Map<String, Manifest.TensorEntry> tensors;
  private final MappedByteBuffer content;

  private WeightFile(
      Path bundle,
      String name,
      Map<String, Manifest.TensorEntry> tensors,
      MappedByteBuffer content) {
    this.bundle = bundle;
    this.name = name;
    this.tensors = tensors;
    this.content = content;
  }

  /**
   * @throws InvalidBundleException when the file cannot be read
   */
  public static WeightFile open(
      Path bundle, String name, Map<String, Manifest.TensorEntry> tensors) {
    try (FileChannel channel = FileChannel.open(bundle.resolve(name), StandardOpenOption.READ)) {
      return new WeightFile(
          bundle, name, tensors, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
    } catch (IOException e) {
      throw new InvalidBundleException(bundle, name + " cannot be read", e);
    }
  }

  /** Tensors by name. */
  public Map<String, Manifest.TensorEntry> tensors() {
    return tensors;
  }

  /** Size of dimension {@code axis} of a tensor. */
  public int size(String tensor, int axis) {
    return Math.toIntExact(entry(tensor).shape().get(axis));
  }

  /** The bytes of an 8-bit tensor. */
  public byte[] bytes(String tensor) {
    byte[] values = new byte[elements(tensor)];
    at(tensor).get(values);
    return values;
  }

  /** The values of a tensor of floats or half floats. */
  public float[] floats(String tensor) {
    float[] values = new float[elements(tensor)];
    ByteBuffer in = at(tensor);
    if (entry(tensor).dtype().equals("f32")) {
      in.asFloatBuffer().get(values);
    } else {
      for (int i = 0; i < values.length; i++) {
        values[i] = HalfFloat.toFloat(in.getShort());
      }
    }
    return values;
  }

  private int elements(String tensor) {
    return Math.toIntExact(entry(tensor).elements());
  }

  private ByteBuffer at(String tensor) {
    return content
        .duplicate()
        .order(ByteOrder.LITTLE_ENDIAN)
        .position(Math.toIntExact(entry(tensor).offset()));
  }

  private Manifest.TensorEntry entry(String tensor) {
    Manifest.TensorEntry entry = tensors.get(tensor);
    if (entry == null) {
      throw new InvalidBundleException(
          bundle, ManifestReader.FILE + ": " + name + " has no tensor " + tensor);
    }
    return entry;
  }
}
