"""8-bit forms of weights, in numpy: deterministic, the same numbers on every machine."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float32]
BLOCK = 32


def per_channel(weight: Float) -> tuple[NDArray[np.int8], Float]:
    """weight [in, out] -> symmetric int8 [in, out] and scale [out]; a zero channel keeps scale 1."""
    scale = (np.abs(weight).max(0) / 127).astype(np.float32)
    scale[scale == 0] = 1
    return np.clip(np.rint(weight / scale), -127, 127).astype(np.int8), scale


def blockwise(weight: Float) -> tuple[NDArray[np.uint8], Float]:
    """weight [rows, d] -> uint8 with zero point 128 [rows, d] and one scale per 32 components [rows, d / 32]."""
    rows, d = weight.shape
    blocks = weight.reshape(rows, d // BLOCK, BLOCK)
    scale = (np.abs(blocks).max(-1) / 127).astype(np.float32)
    scale[scale == 0] = 1
    quantised = np.clip(np.rint(blocks / scale[..., None]) + 128, 1, 255).astype(np.uint8)
    return quantised.reshape(rows, d), scale


def dequantise_blocks(quantised: NDArray[np.uint8], scale: Float) -> Float:
    """Inverse of `blockwise`."""
    rows, d = quantised.shape
    centred = quantised.reshape(rows, d // BLOCK, BLOCK).astype(np.float32) - 128
    return (centred * scale[..., None]).reshape(rows, d).astype(np.float32)


def merge(quantised: NDArray[np.int8], scale: Float, a: Float, b: Float, factor: float) -> Float:
    """A quantised map [in, out] with its low-rank update, in fp32. a [r, in], b [out, r]."""
    return quantised.astype(np.float32) * scale + np.float32(factor) * (b @ a).T
