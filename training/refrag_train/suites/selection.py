"""Which chunks of a prompt's passages stay raw: the bundle's own policy, or the lexical one where it has none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import onnxruntime as ort
import torch
from numpy.typing import NDArray

from refrag_train.corpus import Texts
from refrag_train.lexical import LexicalChoice
from refrag_train.policy.model import LARGEST_CHUNK
from refrag_train.policy.queries import Chunks
from refrag_train.policy.sampling import greedy, number
from refrag_train.prompt import Prompt
from refrag_train.suites.reader import Passages
from refrag_train.suites.scoring import ScoringBundle

Float = NDArray[np.float32]


@dataclass(frozen=True)
class Budget:
    """How much stays raw: a share of the chunks, but at least and at most so many tokens, as far as there are any; the best chunk whatever
    it has, and nothing at a share of 0. What the runtime calls an expansion budget."""

    share: float
    least: int = 0
    most: int | None = None


class Selection:
    """Scores and chooses chunks."""

    def __init__(self, bundle: ScoringBundle, texts: Texts, passages: Passages, prompt: Prompt, tokenizer: Any) -> None:
        self._bundle, self._texts, self._passages, self._prompt = bundle, texts, passages, prompt
        self._lexical = LexicalChoice(texts, tokenizer)
        policy = bundle.manifest["policy"]
        self._policy = ort.InferenceSession(str(bundle.folder / policy), providers=["CPUExecutionProvider"]) if policy else None

    def chunks(self, pids: list[str], k: int) -> Chunks:
        return Chunks(pids, [len(self._texts.ids(p)) for p in pids], k)

    def best_passages(self, question: str, pids: list[str]) -> list[str]:
        """Best first, by the words that they share with the question."""
        relevance = dict(zip(pids, self._lexical.relevance(question, pids)))
        return sorted(pids, key=lambda p: -relevance[p])

    def expanded(self, question: str, pids: list[str], k: int, budget: Budget, spare: int | None = None) -> list[set[int]]:
        """Indices per passage of the best chunks; at most `spare` positions beyond one per chunk, None: no bound."""
        chunks = self.chunks(pids, k)
        lengths = chunks.lengths().tolist()
        if not budget.share or not lengths:
            return [set() for _ in pids]
        chosen: list[int] = []
        wanted, taken = number(budget.share, len(lengths)), 0
        left = sum(lengths) if spare is None else spare
        for i in greedy(torch.from_numpy(self.scores(question, chunks)), len(lengths)).tolist():
            enough = len(chosen) >= wanted and taken >= budget.least
            too_much = budget.most is not None and bool(chosen) and taken + lengths[i] > budget.most
            if enough or too_much:
                break
            if lengths[i] - 1 <= left:
                chosen.append(i)
                taken += lengths[i]
                left -= lengths[i] - 1
        return chunks.expansion(chosen)

    def scores(self, question: str, chunks: Chunks) -> Float:
        """A score per chunk. [n]"""
        lexical = np.concatenate(self._lexical.scores(question, chunks.pids, chunks.k)).astype(np.float32)
        asked = self._prompt.text(question.strip())
        if self._policy is None or not asked:
            return lexical
        relevance = self._lexical.relevance(question, chunks.pids)
        of_passage = np.array([relevance[p] for p, _ in chunks.places()], np.float32)
        given = {
            "vectors": np.concatenate([self._passages.vectors(p, chunks.k) for p in chunks.pids]),
            "positions": chunks.positions().numpy(),
            "features": np.stack([lexical, of_passage, chunks.lengths().numpy().astype(np.float32) / LARGEST_CHUNK], -1),
            "question": self._bundle.states(asked, self._prompt.sink),
        }
        wanted = [i.name for i in self._policy.get_inputs()]  # a query-blind policy reads vectors and positions alone
        logits: Float = self._policy.run(["logits"], {name: given[name] for name in wanted})[0]
        return logits
