package io.github.refragstreams.model.internal.onnx;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.onnxruntime.engine.OrtSymbolBlock;
import ai.djl.training.ParameterStore;
import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.internal.HalfFloat;
import java.nio.FloatBuffer;
import java.nio.file.Path;

/** Pools k token states to one chunk vector. The engine owns the graph. */
public final class Pool {
  private final NDManager manager;
  private final OrtSymbolBlock block;
  private final int k;
  private final int dimension;

  private Pool(NDManager manager, OrtSymbolBlock block, int k, int dimension) {
    this.manager = manager;
    this.block = block;
    this.k = k;
    this.dimension = dimension;
  }

  /** The graph for chunks of {@code k} tokens. */
  public static Pool open(OnnxEngine engine, Path graph, int k, int dimension) {
    return new Pool(engine.manager(), engine.block(graph), k, dimension);
  }

  /** Room for the states of {@code chunks} chunks. */
  Batch batch(int chunks) {
    return new Batch(chunks);
  }

  /** One call: fill it, then run it. */
  final class Batch {
    private final int chunks;
    private final FloatBuffer states;
    private final FloatBuffer valid;

    Batch(int chunks) {
      this.chunks = chunks;
      this.states = Direct.floats((long) chunks * k * dimension);
      this.valid = Direct.floats((long) chunks * k);
    }

    /**
     * Takes {@code tokens} neighbouring states as the chunks from {@code chunk} on; the last of
     * them may be short.
     */
    void put(int chunk, FloatBuffer source, int from, int tokens) {
      // Pools are trained on states that were stored as half floats.
      float[] values = new float[tokens * dimension];
      source.get(from, values);
      HalfFloat.round(values);
      states.put(chunk * k * dimension, values);
      for (int i = 0; i < tokens; i++) {
        valid.put(chunk * k + i, 1f);
      }
    }

    /** Vectors [chunks, d], row by row. */
    float[] run() {
      try (NDManager scope = manager.newSubManager()) {
        NDArray stateArray =
            scope.create(states, new Shape(chunks, k, dimension), DataType.FLOAT32);
        NDArray validArray = scope.create(valid, new Shape(chunks, k), DataType.FLOAT32);
        stateArray.setName("states");
        validArray.setName("valid");
        NDList output =
            block.forward(
                new ParameterStore(scope, false), new NDList(stateArray, validArray), false);
        output.attach(scope);
        return output.singletonOrThrow().toFloatArray();
      } catch (EngineException e) {
        throw new ModelException(ModelException.Kind.MODEL, "pooling failed", e);
      }
    }
  }
}
