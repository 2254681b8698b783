"""What expanding a chunk is worth: measured by the decoder's answer loss, or guessed from where the answer stands."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from refrag_train.corpus import Corpus, Question
from refrag_train.layout import Row, Segment, collate, token_losses
from refrag_train.model import CompressedDecoder
from refrag_train.policy.queries import Chunks
from refrag_train.prompt import Prompt
from refrag_train.spelling import Spelling
from refrag_train.states import StateCache
from refrag_train.tasks.answering import Expanded, prefix

NEIGHBOUR = 0.3  # worth of a chunk next to one that holds a part of the answer


class AnswerSpans:
    """Where the reference answer stands in a query's gold passages, whole words in any case: needs no decoder."""

    def __init__(self, corpus: Corpus, tokenizer: Any) -> None:
        self._spelling = Spelling(corpus, tokenizer)

    def occurrences(self, question: Question, chunks: Chunks) -> list[set[int]]:
        """The chunks that each occurrence overlaps."""
        found: list[set[int]] = []
        first = 0
        for pid, size in zip(chunks.pids, chunks.sizes()):
            if pid in question.gold:
                for tokens in self._spelling.occurrences(pid, question.answers[0]):
                    found.append({first + t // chunks.k for t in tokens})
            first += size
        return found

    def targets(self, question: Question, chunks: Chunks) -> Tensor:
        """1 for chunks of an occurrence, less for their neighbours, else 0. [n]"""
        targets = torch.zeros(len(chunks.places()))
        held = set().union(*self.occurrences(question, chunks))
        for c in held:
            targets[chunks.near(c, 1)] = NEIGHBOUR
        targets[list(held)] = 1.0
        return targets


class AnswerLoss:
    """Loss of the reference answer under the frozen decoder, with given chunks expanded."""

    def __init__(
        self,
        model: CompressedDecoder,
        states: StateCache,
        corpus: Corpus,
        prompt: Prompt,
        form: Expanded = "raw",
        max_positions: int = 4096,
    ) -> None:
        self._model, self._states, self._corpus, self._prompt = model, states, corpus, prompt
        self._form, self._max_positions = form, max_positions

    @torch.no_grad()
    def of(self, question: Question, chunks: Chunks, expansions: list[list[int]]) -> Tensor:
        """Mean loss per answer token for each list of expanded chunks. Equal ones are computed once."""
        asked, answer = self._prompt.question(question.question), self._prompt.answer(question.answers[0])
        segment = Segment(asked + answer, [0.0] * len(asked) + [1.0] * len(answer))
        known: dict[frozenset[int], float] = {}
        rows: dict[frozenset[int], Row] = {}

        def flush() -> None:
            batch = collate(list(rows.values()), chunks.k, self._model.decoder.dimension, self._states)
            losses, _, _ = token_losses(self._model, batch)
            known.update(zip(rows, losses.view(len(rows), -1).mean(1).tolist()))
            rows.clear()

        wanted = [frozenset(e) for e in expansions]
        for chosen in sorted(set(wanted), key=lambda e: (len(e), sorted(e))):
            expanded = list[set[int] | None](chunks.expansion(chosen))
            entries = prefix(self._prompt, self._corpus, question.question, chunks.pids, expanded, chunks.k, self._form)
            row = Row(entries, [segment])
            if rows and (len(rows) + 1) * (len(row.prefix) + len(segment.ids)) > self._max_positions:
                flush()
            rows[chosen] = row
        flush()
        return torch.tensor([known[e] for e in wanted])

    def gains(self, question: Question, chunks: Chunks, candidates: list[int], reach: int = 0) -> Tensor:
        """Per candidate: answer loss with all compressed, less the loss with it and its neighbours up to `reach` expanded. [m]"""
        losses = self.of(question, chunks, [[], *(chunks.near(c, reach) for c in candidates)])
        return losses[0] - losses[1:]
