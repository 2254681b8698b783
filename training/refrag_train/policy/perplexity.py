"""How surprising a chunk is to the decoder: a choice of raw chunks that knows no question (arXiv 2509.01092 compares its policy with it)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from refrag_train.corpus import Texts
from refrag_train.model import CompressedDecoder, causal_mask
from refrag_train.policy.queries import Chunks


class Perplexity:
    """Scores chunks by the mean loss of their tokens, each after the passage before it. Passages are read once."""

    def __init__(self, model: CompressedDecoder, corpus: Texts, sink: int) -> None:
        self._model, self._corpus, self._sink = model, corpus, sink
        self._losses: dict[str, Tensor] = {}

    def scores(self, chunks: Chunks) -> Tensor:
        """Nat per token of each chunk. [n]"""
        per_chunk = [own.mean() for pid in chunks.pids for own in torch.split(self._read(pid), chunks.k)]
        return torch.stack(per_chunk)

    @torch.no_grad()
    def _read(self, pid: str) -> Tensor:
        """Loss of each token of a passage. [tokens]"""
        if pid not in self._losses:
            ids = self._corpus.ids(pid)
            t = len(ids)
            positions, mask = torch.arange(t)[None], causal_mask(t)
            states = self._model.lower(torch.tensor([[self._sink, *ids[:-1]]]), positions, mask)
            logits = self._model.logits(self._model.upper(states, positions, mask)[0])
            self._losses[pid] = F.cross_entropy(logits, torch.tensor(ids), reduction="none")
        return self._losses[pid]
