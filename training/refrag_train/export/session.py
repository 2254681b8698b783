"""Runs a bundle with ONNX Runtime from Python: the reference for what other runtimes have to do."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from refrag_train.encoder import ChunkTexts
from refrag_train.export.quantize import dequantise_blocks, merge, per_channel
from refrag_train.export.weights import read, read_pool
from refrag_train.layout import ChunkRef

Float = NDArray[np.float32]


@dataclass
class Cache:
    """Keys and values of one half for one row, and how many positions it holds."""

    tensors: dict[str, Float]
    length: int = 0


@dataclass
class Bundle:
    """Both halves with merged adapters, and the pools. quantised: the form that is served, else fp32 products. adapted: False
    leaves the adapters out, which is the base decoder."""

    folder: Path
    quantised: bool = True
    threads: int = 1
    adapted: bool = True
    manifest: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.manifest = json.loads((self.folder / "manifest.json").read_text())
        suffix = "" if self.quantised else ".fp32"
        self._lower = self._session(f"lower{suffix}.onnx", "lower.bin")
        self._upper = self._session(f"upper{suffix}.onnx", "upper.bin")
        separate = self.manifest.get("encoder")
        self._encoder = self._open(separate, {}) if separate else None
        self._pools = {} if separate else {k: self._open(f"pool.{k}.onnx", {}) for k in self.manifest["chunk_sizes"]}

    def tensor(self, name: str) -> NDArray[Any]:
        """A tensor of the decoder's weight files, by its name in the manifest."""
        files = self.manifest["tensors"]
        file = next(f for f in files if not f.startswith("pool.") and name in files[f])
        return read(self.folder, file, files[file][name])

    def linear(self, name: str) -> Float:
        """A linear map [in, out] in fp32, its adapter merged in."""
        adapter = self.manifest["adapter"]
        quantised, scale = self.tensor(name + ".q"), self.tensor(name + ".s")
        if not self._adapted(name):
            result: Float = quantised.astype(np.float32) * scale
            return result
        a, b = (read(self.folder, adapter["file"], adapter["tensors"][f"{name}.{x}"]).astype(np.float32) for x in "ab")
        return merge(quantised, scale, a, b, adapter["scale"])

    def embedding(self) -> Float:
        """The table [vocabulary, d]."""
        return dequantise_blocks(self.tensor("embed.q"), self.tensor("embed.s"))

    def head(self) -> Float:
        """The head [vocabulary, d], which may be the embedding."""
        if self.manifest.get("tied_head", True):
            return self.embedding()
        return dequantise_blocks(self.tensor("head.q"), self.tensor("head.s"))

    def pool(self, k: int) -> dict[str, Float]:
        """Weights of a pooling, by the names of `refrag_train.pooling.ChunkPooling`."""
        return read_pool(self.folder, self.manifest, k)

    def _adapted(self, name: str) -> bool:
        return self.adapted and f"{name}.a" in self.manifest["adapter"]["tensors"]

    def _rotary(self) -> dict[str, NDArray[Any]]:
        """Cosines and sines [positions, head / 2], which no file holds."""
        m = self.manifest
        powers = m["rope_theta"] ** -(np.arange(0, m["head_size"], 2) / m["head_size"])
        frequency = np.array(m.get("rope_frequencies") or powers)
        angle = np.outer(np.arange(m["rotary_positions"]), frequency)
        return {"cos": np.cos(angle).astype(np.float32), "sin": np.sin(angle).astype(np.float32)}

    def _session(self, graph: str, file: str) -> ort.InferenceSession:
        linears = [n[:-2] for n in self.manifest["tensors"][file] if n.endswith(".q")]
        given: dict[str, NDArray[Any]] = self._rotary() if linears else {}  # below layer 0 nothing is rotated
        for name in linears:
            if not self.quantised:
                given[f"{name}.w"] = self.linear(name)
            elif self._adapted(name):
                given[f"{name}.q"], given[f"{name}.s"] = per_channel(self.linear(name))
        return self._open(graph, given)

    def _open(self, graph: str, given: dict[str, NDArray[Any]]) -> ort.InferenceSession:
        options = ort.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        if not self.quantised:  # the poolings' products: fused operators would round their activations
            options.add_session_config_entry("session.qdq_matmulnbits_accuracy_level", "1")
        if given:  # the decoder's halves; as the runtime: their products do not overflow where there is no VNNI
            options.add_session_config_entry("session.x64quantprecision", "1")
            options.add_external_initializers(list(given), [ort.OrtValue.ortvalue_from_numpy(v) for v in given.values()])
        options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(self.folder))
        return ort.InferenceSession(self._graph(graph), options, providers=["CPUExecutionProvider"])

    def _graph(self, name: str) -> str | bytes:
        """A graph's file, or its bytes."""
        return str(self.folder / name)

    def _cache(self, first: int, end: int) -> Cache:
        shape = (1, self.manifest["kv_heads"], 0, self.manifest["head_size"])
        return Cache({f"{i}.{x}": np.zeros(shape, np.float32) for i in range(first, end) for x in "kv"})

    def lower_cache(self) -> Cache:
        return self._cache(0, self.manifest["injection_layer"])

    def upper_cache(self) -> Cache:
        return self._cache(self.manifest["injection_layer"], self.manifest["layers"])

    @staticmethod
    def _feed(cache: Cache, steps: int) -> dict[str, NDArray[Any]]:
        total = cache.length + steps
        return {
            "seqlens_k": np.array([total - 1], np.int32),
            "total_sequence_length": np.array(total, np.int32),
            **{f"past.{n}": t for n, t in cache.tensors.items()},
        }

    @staticmethod
    def _keep(cache: Cache, outputs: list[Float], steps: int) -> None:
        for name, tensor in zip(cache.tensors, outputs):
            cache.tensors[name] = tensor
        cache.length += steps

    def lower(self, ids: list[int], cache: Cache) -> Float:
        """Token ids after what the cache holds -> states [tokens, d]."""
        names = ["states", *(f"present.{n}" for n in cache.tensors)]
        feed = {"input_ids": np.array([ids], np.int64), **self._feed(cache, len(ids))}
        states, *present = self._lower.run(names, feed)
        self._keep(cache, present, len(ids))
        result: Float = states[0]
        return result

    def upper(self, x: Float, cache: Cache) -> Float:
        """States and vectors [positions, d] -> logits [vocabulary] of the last one."""
        names = ["logits", *(f"present.{n}" for n in cache.tensors)]
        feed = {"states": x[None], "last": np.array([len(x) - 1], np.int64), **self._feed(cache, len(x))}
        logits, *present = self._upper.run(names, feed)
        self._keep(cache, present, len(x))
        result: Float = logits[0]
        return result

    def states(self, ids: list[int], sink: int) -> Float:
        """Tokens of a passage -> their states at layer N [tokens, d], as half floats hold them."""
        window = self.manifest["encoder_window"]
        parts = [self.lower([sink, *ids[o : o + window]], self.lower_cache())[1:] for o in range(0, len(ids), window)]
        halves: Float = np.clip(np.concatenate(parts), -65504, 65504).astype(np.float16).astype(np.float32)
        return halves

    def encode(self, ids: list[int], k: int, sink: int) -> Float:
        """Tokens of a passage -> chunk vectors [ceil(n / k), d]."""
        if self._encoder is None:
            return self.pooled(self.states(ids, sink), k)
        texts = ChunkTexts(self.folder / "encoder.tokenizer.json", self.folder / "tokenizer.json", lambda _: ids)
        read, mask = texts.chunks([ChunkRef("", c) for c in range(-(-len(ids) // k))], k)
        vectors: Float = self._encoder.run(["vectors"], {"input_ids": read.numpy(), "attention_mask": mask.numpy()})[0]
        return vectors

    def pooled(self, states: Float, k: int) -> Float:
        """States of a passage's tokens [n, d] -> chunk vectors [ceil(n / k), d]. ValueError for a bundle with a separate encoder."""
        if self._encoder is not None:
            raise ValueError(f"{self.folder} has a separate encoder, which pools no states")
        n = len(states)
        chunks = -(-n // k)
        padded = np.zeros((chunks * k, states.shape[1]), np.float32)
        padded[:n] = states
        valid = np.zeros(chunks * k, np.float32)
        valid[:n] = 1
        feed = {"states": padded.reshape(chunks, k, -1), "valid": valid.reshape(chunks, k)}
        vectors: Float = self._pools[k].run(["vectors"], feed)[0]
        return vectors
