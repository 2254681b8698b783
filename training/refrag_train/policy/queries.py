"""What the policy reads of a query: chunk vectors as they are cached, the question's states, features, and where chunks stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterable

import numpy as np
import torch
from torch import Tensor

from refrag_train.corpus import Corpus
from refrag_train.lexical import LexicalChoice
from refrag_train.model import CompressedDecoder
from refrag_train.policy.model import LARGEST_CHUNK
from refrag_train.prompt import Prompt
from refrag_train.states import StateCache

QUESTION_TOKENS = 300_000  # whose states stay in memory
PASSAGE_GAP = 64  # tokens between two passages, as distances between chunks are counted


@dataclass(frozen=True)
class Chunks:
    """Chunks of a query's passages, numbered through in order. tokens: length of each passage."""

    pids: list[str]
    tokens: list[int]
    k: int

    def sizes(self) -> list[int]:
        """Chunks of each passage."""
        return [-(-t // self.k) for t in self.tokens]

    def places(self) -> list[tuple[int, int]]:
        """Passage and index in it, of each chunk."""
        return [(p, c) for p, size in enumerate(self.sizes()) for c in range(size)]

    def expansion(self, chosen: Iterable[int]) -> list[set[int]]:
        """Numbers of chunks -> a set of indices per passage."""
        places = self.places()
        raw: list[set[int]] = [set() for _ in self.pids]
        for i in chosen:
            p, c = places[i]
            raw[p].add(c)
        return raw

    def near(self, chunk: int, reach: int) -> list[int]:
        """The chunk and those up to `reach` chunks away in its passage."""
        places = self.places()
        last = len(places) - 1
        return [i for i in range(max(0, chunk - reach), min(last, chunk + reach) + 1) if places[i][0] == places[chunk][0]]

    def positions(self) -> Tensor:
        """First token of each chunk, the passages side by side with gaps between them. [n]"""
        starts = np.cumsum([0, *(t + PASSAGE_GAP for t in self.tokens[:-1])])
        return torch.tensor([int(starts[p]) + c * self.k for p, c in self.places()])

    def lengths(self) -> Tensor:
        """Tokens of each chunk; a passage's last may be short. [n]"""
        return torch.tensor([min(self.k, self.tokens[p] - c * self.k) for p, c in self.places()])


@dataclass(frozen=True)
class PolicyInputs:
    """What SelectionPolicy.forward takes, for b questions on the same passages."""

    vectors: Tensor
    positions: Tensor
    features: Tensor
    question: Tensor
    asked: Tensor

    def all(self) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        return self.vectors, self.positions, self.features, self.question, self.asked


class VectorCache:
    """Chunk vectors by passage and k, in half precision as they are cached; oldest out beyond `max_chunks`."""

    def __init__(self, model: CompressedDecoder, states: StateCache, max_chunks: int = 1_000_000) -> None:
        self._model, self._states, self._max_chunks = model, states, max_chunks
        self._vectors: dict[str, dict[int, Tensor]] = {}
        self._chunks = 0

    def of(self, pids: list[str], k: int) -> Tensor:
        """Vectors [n, d] fp16 of the passages, one after the other."""
        missing = [p for p in dict.fromkeys(pids) if p not in self._vectors]
        if missing:
            for pid, states in self._states.of(missing).items():
                self._vectors[pid] = {size: self._pooled(states, size) for size in self._model.config.chunk_sizes}
                self._chunks += sum(map(len, self._vectors[pid].values()))
        found = torch.cat([self._vectors[p][k] for p in pids])
        while self._chunks > self._max_chunks:
            oldest = next(iter(self._vectors))
            self._chunks -= sum(map(len, self._vectors.pop(oldest).values()))
        return found

    @torch.no_grad()
    def _pooled(self, states: Tensor, k: int) -> Tensor:
        """[tokens, d] -> [chunks, d] fp16. One passage at a time: a vector's last bits follow from its passage alone."""
        n, d = -(-len(states) // k), states.shape[1]
        padded, valid = torch.zeros(n * k, d), torch.zeros(n * k)
        padded[: len(states)], valid[: len(states)] = states.float(), 1.0
        vectors: Tensor = self._model.pool(padded.view(n, k, d), valid.view(n, k))
        return vectors.clamp(-65504, 65504).half()


class Queries:
    """Makes the policy's inputs."""

    def __init__(self, model: CompressedDecoder, corpus: Corpus, prompt: Prompt, tokenizer: Any, states: StateCache) -> None:
        self._corpus = corpus
        self._choice = LexicalChoice(corpus, tokenizer)
        self._vectors = VectorCache(model, states)
        self._questions = StateCache(model, prompt.sink, lambda question: prompt.text(question.strip()), QUESTION_TOKENS)

    def chunks(self, pids: list[str], k: int) -> Chunks:
        return Chunks(pids, [len(self._corpus.ids(p)) for p in pids], k)

    def lexical(self, question: str, chunks: Chunks) -> Tensor:
        """The runtime's untrained score of each chunk. [n]"""
        return torch.from_numpy(np.concatenate(self._choice.scores(question, chunks.pids, chunks.k))).float()

    def relevance(self, question: str, chunks: Chunks) -> Tensor:
        """What the retriever says of each chunk's passage, 1 for the best. [n]"""
        relevance = self._choice.relevance(question, chunks.pids)
        return torch.tensor([relevance[p] for p, _ in chunks.places()])

    def inputs(self, questions: list[str], chunks: Chunks) -> PolicyInputs:
        """A question is read as a passage is: alone behind the sink token."""
        length = chunks.lengths() / LARGEST_CHUNK
        features = [torch.stack([self.lexical(q, chunks), self.relevance(q, chunks), length], -1) for q in questions]
        known = self._questions.of(list(dict.fromkeys(questions)))
        states = [known[q] for q in questions]
        question = torch.nn.utils.rnn.pad_sequence([s.float() for s in states], batch_first=True)
        asked = torch.arange(question.shape[1]) < torch.tensor([len(s) for s in states])[:, None]
        vectors = self._vectors.of(chunks.pids, chunks.k).float()
        return PolicyInputs(vectors, chunks.positions(), torch.stack(features), question, asked)
