"""Which chunks stay raw: what the runtime's untrained policy chooses, so that training and evaluation see prompts as they are served.

Each token counts the question's terms close by, weighted by inverse document frequency over the passages and fading with the
distance in tokens; the passage's relevance is added. Without a retriever relevance follows the sum of the weights it contains.
"""

from __future__ import annotations

import re
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from refrag_train.corpus import Texts, inverse_document_frequency, words
from refrag_train.spelling import Spelling, tokens_between

Float = NDArray[np.float64]
FADE_AFTER, FADE_BEFORE = 16.0, 8.0  # tokens: an answer mostly follows the words of its question, within a line or two
RELEVANCE = 0.5


class ChunkChoice(Protocol):
    """Decides which chunks of a question's passages stay raw."""

    def raw(self, question: str, pids: list[str], k: int, share: float) -> list[set[int]]:
        """The best `share` of all chunks, at least one, as a set of indices per passage."""


class LexicalChoice:
    """Chooses chunks of passages for a question. tokenizer: decodes single tokens, spaces included."""

    def __init__(self, corpus: Texts, tokenizer: Any) -> None:
        self._corpus, self._spelling = corpus, Spelling(corpus, tokenizer)
        self._places: dict[str, dict[str, list[int]]] = {}

    def raw(self, question: str, pids: list[str], k: int, share: float) -> list[set[int]]:
        """The best `share` of all chunks, at least one, as a set of indices per passage."""
        scores = self.scores(question, pids, k)
        ranked = sorted(((p, c) for p, own in enumerate(scores) for c in range(len(own))), key=lambda pc: -scores[pc[0]][pc[1]])
        raw: list[set[int]] = [set() for _ in pids]
        for p, c in ranked[: max(1, round(share * len(ranked)))]:
            raw[p].add(c)
        return raw

    def scores(self, question: str, pids: list[str], k: int) -> list[Float]:
        """One score per chunk of each passage."""
        weights = inverse_document_frequency(set(words(question)), [self._corpus.text[p] for p in pids])
        total = sum(weights.values()) or 1.0
        relevance = self._relevance(weights, pids)
        scores = []
        for p, pid in enumerate(pids):
            near = np.zeros(len(self._corpus.ids(pid)))
            for word, weight in weights.items():
                if word in self._terms(pid):
                    near += weight / total * nearness(len(near), self._terms(pid)[word])
            chunks = -(-len(near) // k)
            mean = np.add.reduceat(near, np.arange(0, len(near), k)) / np.diff([*range(0, chunks * k, k), len(near)])
            scores.append(mean + RELEVANCE * relevance[p])
        return scores

    def relevance(self, question: str, pids: list[str]) -> list[float]:
        """1 for the passage that a retriever would put first, then 1/2, 1/3 and so on."""
        return self._relevance(inverse_document_frequency(set(words(question)), [self._corpus.text[p] for p in pids]), pids)

    def _relevance(self, weights: dict[str, float], pids: list[str]) -> list[float]:
        held = [sum(weight for w, weight in weights.items() if w in self._terms(p)) for p in pids]
        order = sorted(range(len(pids)), key=lambda p: -held[p])
        return [1 / (1 + order.index(p)) for p in range(len(pids))]

    def _terms(self, pid: str) -> dict[str, list[int]]:
        """Tokens in which each content word of a passage stands."""
        if pid not in self._places:
            text, ends = self._spelling.of(pid)
            places: dict[str, list[int]] = {}
            for match in re.finditer(r"[a-z0-9]+", text.lower()):
                for word in words(match.group()):
                    places.setdefault(word, []).extend(tokens_between(ends, match.start(), match.end()))
            self._places[pid] = places
        return self._places[pid]


def nearness(tokens: int, places: list[int]) -> Float:
    """1 at the places, fading to both sides: for each of `tokens` tokens, its nearness to the closest place."""
    at = np.arange(tokens)
    before = np.full(tokens, -np.inf)
    before[places] = places
    after = np.full(tokens, np.inf)
    after[places] = places
    since = at - np.maximum.accumulate(before)
    until = np.minimum.accumulate(after[::-1])[::-1] - at
    return np.maximum(np.exp(-since / FADE_AFTER), np.exp(-until / FADE_BEFORE))
