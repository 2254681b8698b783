package io.github.refragstreams.model;

/** How the decoder and the encoder compute. */
public enum Precision {
  /** 8-bit weights, activations quantised per token: what bundles are made for. */
  QUANTISED,
  /** The same weights in 32-bit floats: slow and large, to compare with. */
  FP32
}
