"""Weight files: tensors one after the other, 64-byte aligned, described by offset, shape and type."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ALIGNMENT = 64
TYPES = {"i8": np.int8, "u8": np.uint8, "f16": np.float16, "f32": np.float32}
NAMES = {np.dtype(t): n for n, t in TYPES.items()}

Array = NDArray[Any]


@dataclass(frozen=True)
class Place:
    """Where a tensor stands."""

    file: str
    offset: int
    shape: tuple[int, ...]
    dtype: str

    @property
    def length(self) -> int:
        """Bytes."""
        return int(np.prod(self.shape)) * np.dtype(TYPES[self.dtype]).itemsize


@dataclass
class WeightFile:
    """Collects tensors, then writes them in the order in which they came."""

    name: str
    places: dict[str, Place] = field(default_factory=dict)
    _arrays: list[Array] = field(default_factory=list)
    _end: int = 0

    def add(self, name: str, array: Array) -> str:
        """Returns the name, for use as a graph input."""
        array = np.ascontiguousarray(array)
        offset = -(-self._end // ALIGNMENT) * ALIGNMENT
        self.places[name] = Place(self.name, offset, array.shape, NAMES[array.dtype])
        self._arrays.append(array)
        self._end = offset + array.nbytes
        return name

    def write(self, folder: Path) -> None:
        """Writes the file; gaps are zero."""
        with open(folder / self.name, "wb") as out:
            for place, array in zip(self.places.values(), self._arrays):
                out.write(b"\0" * (place.offset - out.tell()))
                out.write(array.tobytes())

    def describe(self) -> dict[str, Any]:
        """For the manifest."""
        return {n: {"offset": p.offset, "shape": list(p.shape), "dtype": p.dtype} for n, p in self.places.items()}


def read_pool(folder: Path, manifest: dict[str, Any], k: int) -> dict[str, NDArray[np.float32]]:
    """Weights [out, in] and biases of a pooling in fp32, by the names of `refrag_train.pooling.ChunkPooling`."""
    file = f"pool.{k}.bin"
    q = {n: read(folder, file, place) for n, place in manifest["tensors"][file].items()}
    layers = ("linear", "hidden", "out")
    weights = {f"{n}.weight": np.ascontiguousarray((q[n + ".q"].astype(np.float32) * q[n + ".s"]).T) for n in layers}
    return weights | {f"{n}.bias": q[n + ".b"] for n in layers}


def read(folder: Path, file: str, place: dict[str, Any]) -> Array:
    """One tensor of a bundle, by its description in the manifest."""
    dtype, shape = np.dtype(TYPES[place["dtype"]]), tuple(place["shape"])
    return np.fromfile(folder / file, dtype, int(np.prod(shape)), offset=place["offset"]).reshape(shape)
