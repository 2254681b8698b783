"""Token states of passages at the input of layer N: what the shared encoder computes before pooling."""

from __future__ import annotations

from typing import Callable

import torch
from torch import Tensor

from refrag_train.encoder import ChunkTexts, TextEncoder
from refrag_train.layout import ChunkRef, Inputs, TokenRef
from refrag_train.model import WINDOW, CompressedDecoder, causal_mask


def encode_states(model: CompressedDecoder, sink: int, passages: list[list[int]], window: int = WINDOW) -> list[Tensor]:
    """States [tokens, d] fp16 of each passage, on the CPU. A passage is read in windows, each behind a sink token of its own that is
    dropped afterwards: the first token of a sequence carries a huge activation.

    Windows are read one by one: in a batch the last bits of a state would follow from the passages beside it, and a resumed
    training, whose cache is empty, would not equal one that never stopped. It is no slower, for nothing is padded."""

    def read(ids: list[int]) -> Tensor:
        t, at = 1 + len(ids), model.device
        states = model.lower(torch.tensor([[sink, *ids]], device=at), torch.arange(t, device=at)[None], causal_mask(t).to(at))
        return states[0, 1:].clamp(-65504, 65504).half().cpu()

    return [torch.cat([read(ids[o : o + window]) for o in range(0, len(ids), window)]) for ids in passages]


class StateCache:
    """States by passage, computed once (the lower layers are frozen) and kept in memory, oldest out beyond `max_tokens`."""

    def __init__(self, model: CompressedDecoder, sink: int, ids: Callable[[str], list[int]], max_tokens: int = 4_000_000):
        if model.config.encoder != "shared":
            raise ValueError("token states are those of a shared encoder; this model has a separate one")
        self._model, self._sink, self._ids, self._max_tokens = model, sink, ids, max_tokens
        self._states: dict[str, Tensor] = {}
        self._tokens = 0

    def of(self, pids: list[str]) -> dict[str, Tensor]:
        """States [tokens, d] fp16 by passage."""
        missing = [p for p in pids if p not in self._states]
        if missing:
            for p, s in zip(missing, encode_states(self._model, self._sink, [self._ids(p) for p in missing])):
                self._states[p] = s
                self._tokens += len(s)
        found = {p: self._states[p] for p in pids}
        while self._tokens > self._max_tokens:
            oldest = next(iter(self._states))
            self._tokens -= len(self._states.pop(oldest))
        return found

    def chunks(self, refs: list[ChunkRef], k: int) -> tuple[Tensor, Tensor]:
        """States [n, k, d] fp32 and which of them are valid [n, k]."""
        states, valid = torch.zeros(len(refs), k, self._model.decoder.dimension), torch.zeros(len(refs), k)
        known = self.of(sorted({c.pid for c in refs}))
        for j, c in enumerate(refs):
            s = known[c.pid][c.index * k : (c.index + 1) * k]
            states[j, : len(s)], valid[j, : len(s)] = s.float(), 1.0
        return states, valid

    def tokens(self, refs: list[TokenRef]) -> Tensor:
        """States [s, d] fp32."""
        known = self.of(sorted({e.pid for e in refs}))
        return torch.stack([known[e.pid][e.index] for e in refs]).float() if refs else torch.zeros(0)


def encoder_inputs(model: CompressedDecoder, sink: int, ids: Callable[[str], list[int]]) -> Inputs:
    """What the model's encoder reads of passages. ids: token ids of a passage."""
    if isinstance(model.pool, TextEncoder):
        return ChunkTexts(model.pool.folder / "tokenizer.json", model.pool.folder.parent / "tokenizer.json", ids)
    return StateCache(model, sink, ids)
