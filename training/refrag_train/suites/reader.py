"""Reads prompts of raw tokens, chunk vectors and token states with a bundle: answers them, or tells how likely an answer is."""

from __future__ import annotations

from typing import Any, Callable, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from refrag_train.corpus import Texts
from refrag_train.export.reference import laid_out, pieces, raw_tokens
from refrag_train.export.session import Cache, Float
from refrag_train.layout import ChunkRef, Entry, TokenRef
from refrag_train.suites.scoring import ScoringBundle

Stored = Literal["float32", "float16", "int8"]
SLICE = 512  # positions read in one call; attention is exact over slices
KEPT_TOKENS = 200_000


def stored(vectors: Float, form: Stored) -> Float:
    """Chunk vectors [n, d] as they come back from a store. int8: one scale per vector."""
    if form == "float16":
        halves: Float = np.clip(vectors, -65504, 65504).astype(np.float16).astype(np.float32)
        return halves
    if form == "int8":
        scale = np.maximum(np.abs(vectors).max(-1, keepdims=True) / 127, 1e-12).astype(np.float32)
        rounded: Float = np.rint(vectors / scale) * scale
        return rounded
    return vectors


class Passages:
    """Token states and chunk vectors of passages, each computed once; oldest out beyond 200,000 tokens."""

    def __init__(self, bundle: ScoringBundle, texts: Texts, sink: int, form: Stored = "float16") -> None:
        """form: how vectors are stored."""
        if form not in get_args(Stored):
            raise ValueError(f"vectors are stored as {', '.join(get_args(Stored))}, not as {form}")
        self._bundle, self._texts, self._sink, self._form = bundle, texts, sink, form
        self._kept: dict[str, dict[int, NDArray[np.floating[Any]]]] = {}  # by passage, then by k; token states are those of 0
        self._tokens = 0

    def states(self, pid: str) -> Float:
        """[tokens, d]"""
        halves = self._once(pid, 0, lambda ids: self._bundle.states(ids, self._sink).astype(np.float16))
        return halves.astype(np.float32)

    def vectors(self, pid: str, k: int) -> Float:
        """[ceil(tokens / k), d]"""
        return self._once(pid, k, lambda ids: stored(self._encoded(pid, ids, k), self._form)).astype(np.float32, copy=False)

    def _encoded(self, pid: str, ids: list[int], k: int) -> Float:
        if self._bundle.manifest.get("encoder"):  # reads text by itself; there are no states to pool
            return self._bundle.encode(ids, k, self._sink)
        return self._bundle.pooled(self.states(pid), k)

    def _once(
        self, pid: str, key: int, compute: Callable[[list[int]], NDArray[np.floating[Any]]]
    ) -> NDArray[np.floating[Any]]:
        ids = self._texts.ids(pid)
        if pid not in self._kept:
            self._kept[pid] = {}
            self._tokens += len(ids)
            while self._tokens > KEPT_TOKENS and len(self._kept) > 1:
                oldest = next(iter(self._kept))
                del self._kept[oldest]
                self._tokens -= len(self._texts.ids(oldest))
        own = self._kept[pid]
        if key not in own:
            own[key] = compute(ids)
        return own[key]


class Reader:
    """Reads one prompt at a time."""

    def __init__(self, bundle: ScoringBundle, passages: Passages) -> None:
        self.bundle, self.passages = bundle, passages
        self._read: tuple[list[int], Float, Cache] = ([], np.zeros((0, 0), np.float32), bundle.lower_cache())

    def answer(self, entries: list[Entry], k: int, stop: int, most: int) -> list[int]:
        """The likeliest tokens, one after the other, up to `stop`, which is left out; at most `most`."""
        x, low = self._laid_out(entries, k)
        high = self.bundle.upper_cache()
        for first in range(0, len(x), SLICE):
            logits = self.bundle.upper(x[first : first + SLICE], high)
        tokens: list[int] = []
        while (token := int(logits.argmax())) != stop and len(tokens) < most:
            tokens.append(token)
            if len(tokens) < most:
                logits = self.bundle.upper(self.bundle.lower([token], low), high)
        return tokens

    def losses(self, entries: list[Entry], k: int, tokens: list[int]) -> NDArray[np.float64]:
        """Negative log-likelihood, in nat, of each of the tokens behind the prompt."""
        x, _ = self._laid_out([*entries, *tokens[:-1]], k)
        high = self.bundle.upper_cache()
        scored = np.arange(len(entries) - 1, len(x))  # the position before each of the tokens
        found = []
        for first in range(0, len(x), SLICE):
            own = scored[(scored >= first) & (scored < first + SLICE)]
            logits = self.bundle.logits(x[first : first + SLICE], high, own - first if len(own) else np.array([0]))
            if len(own):
                targets = np.array(tokens)[own - len(entries) + 1]
                largest = logits.max(-1)
                total = np.log(np.exp(logits - largest[:, None]).sum(-1, dtype=np.float64)) + largest
                found.append(total - logits[np.arange(len(own)), targets])
        return np.concatenate(found)

    def _laid_out(self, entries: list[Entry], k: int) -> tuple[Float, Cache]:
        """What the upper half reads [positions, d], and the lower half's cache after it."""
        vectors = {p: self.passages.vectors(p, k) for p in {e.pid for e in entries if isinstance(e, ChunkRef)}}
        token_states = {p: self.passages.states(p) for p in {e.pid for e in entries if isinstance(e, TokenRef)}}
        parts = pieces(entries, vectors, token_states)
        states, cache = self._lower(raw_tokens(parts))
        return laid_out(parts, states), cache

    def _lower(self, ids: list[int]) -> tuple[Float, Cache]:
        """States of raw tokens. The last ones are kept: prompts of several systems often differ in their chunks alone."""
        if ids != self._read[0]:
            cache = self.bundle.lower_cache()
            states = np.concatenate([self.bundle.lower(ids[o : o + SLICE], cache) for o in range(0, len(ids), SLICE)])
            self._read = ids, states, cache
        _, states, cache = self._read
        return states, Cache(dict(cache.tensors), cache.length)
