"""Which chunks stay raw in training: what a learned policy chooses, so that a decoder trains on prompts as they will be served."""

from __future__ import annotations

import torch
from torch import Tensor

from refrag_train.policy.model import SelectionPolicy
from refrag_train.policy.queries import Queries
from refrag_train.policy.sampling import greedy, number


class LearnedChoice:
    """The best chunks by a policy's logits. queries: of a model that is not trained meanwhile, so that a resumed run chooses alike."""

    def __init__(self, queries: Queries, policy: SelectionPolicy) -> None:
        self._queries, self._policy = queries, policy.requires_grad_(False)

    def raw(self, question: str, pids: list[str], k: int, share: float) -> list[set[int]]:
        """See `ChunkChoice`."""
        logits = self.scores(question, pids, k)
        return self._queries.chunks(pids, k).expansion(greedy(logits, number(share, len(logits))).tolist())

    @torch.no_grad()
    def scores(self, question: str, pids: list[str], k: int) -> Tensor:
        """A logit per chunk, the passages one after the other. [n]"""
        logits: Tensor = self._policy(*self._queries.inputs([question], self._queries.chunks(pids, k)).all())
        return logits[0]
