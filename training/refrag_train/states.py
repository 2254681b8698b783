"""Token states of passages at the input of layer N: what the encoder computes before pooling."""

from __future__ import annotations

from typing import Callable

import torch
from torch import Tensor

from refrag_train.model import CompressedDecoder

WINDOW = 256


def encode_states(model: CompressedDecoder, sink: int, passages: list[list[int]], window: int = WINDOW) -> list[Tensor]:
    """States [tokens, d] fp16 of each passage. A passage is read in windows, each behind a sink token of its own that is
    dropped afterwards: the first token of a sequence carries a huge activation."""
    pieces = [(p, ids[o : o + window]) for p, ids in enumerate(passages) for o in range(0, len(ids), window)]
    order = sorted(range(len(pieces)), key=lambda i: len(pieces[i][1]))
    states: dict[int, Tensor] = {}
    batch: list[int] = []

    def flush() -> None:
        length = 1 + max(len(pieces[i][1]) for i in batch)
        ids = torch.zeros(len(batch), length, dtype=torch.long)
        for row, i in enumerate(batch):
            ids[row, : 1 + len(pieces[i][1])] = torch.tensor([sink] + pieces[i][1])
        positions = torch.arange(length)[None].expand(len(batch), -1)
        mask = torch.full((length, length), float("-inf")).triu(1)[None, None].expand(len(batch), 1, -1, -1)
        out = model.lower(ids, positions, mask)
        for row, i in enumerate(batch):
            states[i] = out[row, 1 : 1 + len(pieces[i][1])].clamp(-65504, 65504).half()
        batch.clear()

    for i in order:
        if batch and (len(batch) + 1) * (1 + len(pieces[i][1])) > 2048:
            flush()
        batch.append(i)
    if batch:
        flush()
    result: list[list[Tensor]] = [[] for _ in passages]
    for i, (p, _) in enumerate(pieces):
        result[p].append(states[i])
    return [torch.cat(parts) for parts in result]


class StateCache:
    """States by passage, computed once (the lower layers are frozen) and kept in memory, oldest out beyond `max_tokens`."""

    def __init__(self, model: CompressedDecoder, sink: int, ids: Callable[[str], list[int]], max_tokens: int = 4_000_000):
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
