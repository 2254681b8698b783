package io.github.refragstreams.model.internal.onnx;

import ai.onnxruntime.OrtException;
import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.ModelException.Kind;

/** Says whose fault a failed call is. */
final class OrtFailures {
  private OrtFailures() {}

  /**
   * The runtime's own words stay in the cause: they name shapes and nodes, never text.
   *
   * @param what the part that failed
   */
  static ModelException of(String what, OrtException e) {
    Kind kind =
        e.getCode() == OrtException.OrtErrorCode.ORT_INVALID_ARGUMENT ? Kind.INPUT : Kind.MODEL;
    return new ModelException(kind, what + " failed: " + e.getCode(), e);
  }
}
