"""The model in PyTorch, read the way a bundle is read: what parity compares a bundle with."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from refrag_train.encoder import TextEncoder
from refrag_train.export.session import Bundle
from refrag_train.layout import ChunkRef
from refrag_train.layout import ChunkRef, Entry
from refrag_train.model import Block, CompressedDecoder, ModelConfig, causal_mask
from refrag_train.states import encode_states, encoder_inputs

Float = NDArray[np.float32]
Pieces = list[list[int] | Float]  # a prompt: raw tokens, or chunk vectors [n, d]


def pieces(entries: list[Entry], vectors: dict[str, Float], states: dict[str, Float]) -> Pieces:
    """Runs of raw tokens, and of chunk vectors and token states; both are given by passage."""
    result: Pieces = []
    for raw, run in groupby(entries, lambda e: isinstance(e, int)):
        if raw:
            result.append([e for e in run if isinstance(e, int)])
        else:
            rows = [(vectors if isinstance(e, ChunkRef) else states)[e.pid][e.index] for e in run if not isinstance(e, int)]
            result.append(np.stack(rows))
    return result


def raw_tokens(prompt: Pieces) -> list[int]:
    """The tokens that pass through the lower layers."""
    return [t for piece in prompt if isinstance(piece, list) for t in piece]


def laid_out(prompt: Pieces, states: Float) -> Float:
    """States of the raw tokens [raw, d] and the chunk vectors in prompt order, [positions, d]."""
    rows, at = [], 0
    for piece in prompt:
        if isinstance(piece, list):
            rows.append(states[at : at + len(piece)])
            at += len(piece)
        else:
            rows.append(piece)
    return np.concatenate(rows)


class Reference:
    """A model in PyTorch, fp32."""

    def __init__(self, model: CompressedDecoder, sink: int) -> None:
        self._model, self._sink = model, sink

    def states(self, ids: list[int]) -> Float:
        """Token states [tokens, d] of a passage at layer N."""
        states: Float = encode_states(self._model, self._sink, [ids])[0].float().numpy()
        return states

    @torch.no_grad()
    def vectors(self, ids: list[int], k: int) -> Float:
        """Chunk vectors [ceil(n / k), d] of a passage."""
        inputs = encoder_inputs(self._model, self._sink, lambda _: ids)
        out: Float = self._model.pool(*inputs.chunks([ChunkRef("", c) for c in range(-(-len(ids) // k))], k)).numpy()
        return out

    @torch.no_grad()
    def generate(self, prompt: Pieces, steps: int) -> tuple[Float, list[int]]:
        """Greedy: logits [steps, vocabulary] before each token, and the tokens."""
        past: list[list[Tensor]] = [[] for _ in range(self._model.decoder.layers)]
        raw = shortened = 0  # positions so far: below layer N raw tokens only, from N on chunk vectors too
        part = prompt
        tokens: list[int] = []
        logits: list[Float] = []
        while len(tokens) < steps:
            ids = torch.tensor([raw_tokens(part)])
            states = self._model.lower(ids, *self._window(raw, ids.shape[1]), past)[0]
            x = torch.from_numpy(laid_out(part, states.numpy()))[None]
            hidden = self._model.upper(x, *self._window(shortened, x.shape[1]), past)
            logits.append(self._model.logits(hidden[0, -1:])[0].numpy())
            tokens.append(int(logits[-1].argmax()))
            raw, shortened, part = raw + ids.shape[1], shortened + x.shape[1], [tokens[-1:]]
        return np.stack(logits), tokens

    @staticmethod
    def _window(past: int, t: int) -> tuple[Tensor, Tensor]:
        """Positions and mask of t positions after `past` earlier ones."""
        return torch.arange(past, past + t)[None], causal_mask(t, past)


def forced(bundle: Bundle, prompt: Pieces, tokens: list[int]) -> Float:
    """The bundle's logits before each of the given tokens."""
    low, high = bundle.lower_cache(), bundle.upper_cache()
    logits = [bundle.upper(laid_out(prompt, bundle.lower(raw_tokens(prompt), low)), high)]
    for token in tokens[:-1]:
        logits.append(bundle.upper(bundle.lower([token], low), high))
    return np.stack(logits)


def model_of(bundle: Bundle, base: Path, encoder: TextEncoder | None = None) -> CompressedDecoder:
    """A PyTorch model that computes with the bundle's own rounded weights: nothing but the graphs is left to differ.

    base: for the shape of the decoder only. encoder: that of a bundle with a separate one, whose weights are not rounded.
    """
    manifest = bundle.manifest
    config = ModelConfig(
        injection_layer=manifest["injection_layer"],
        rank=1,
        chunk_sizes=tuple(manifest["chunk_sizes"]),
        pool_hidden=1 if encoder else bundle.pool(manifest["default_chunk_tokens"])["hidden.bias"].shape[0],
    )
    model = CompressedDecoder(base, config)  # lora_b is zero: the adapters are in the merged weights

    def tensor(array: Float) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array))

    def linear(name: str) -> Tensor:
        return tensor(bundle.linear(name).T)

    model.embedding, model.head = tensor(bundle.embedding()), tensor(bundle.head())
    model.norm = tensor(bundle.tensor("norm"))
    for i, layer in enumerate(model.layers):
        layer.attention_norm, layer.mlp_norm = (tensor(bundle.tensor(f"l{i}.{norm}")) for norm in ("in", "post"))
        assert isinstance(layer, Block)  # ModuleList forgets its element type
        layer.qkv.weight, layer.o.weight, layer.down.weight = (linear(f"l{i}.{n}") for n in ("qkv", "o", "down"))
        if model.decoder.qkv_bias:
            layer.qkv.bias = tensor(bundle.tensor(f"l{i}.qkv.bias"))
        layer.gate_up.weight = torch.cat([linear(f"l{i}.gate"), linear(f"l{i}.up")])
    if encoder:
        model.pool = encoder
    else:
        poolings = {f"pools.{k}.{n}": tensor(t) for k in config.chunk_sizes for n, t in bundle.pool(k).items()}
        model.pool.load_state_dict(poolings)
    return model.eval()
