"""Answers from compressed passages learn from the decoder that reads the right passage raw.

An answer of five tokens says little about what a chunk vector should have told the decoder. The hidden states of a teacher at the
tokens of question and answer say it densely, and so do its next-token distributions. The teacher is the decoder as the stage found
it, and sees the gold passages only: what it does with them, the student does beside distracting passages.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from refrag_train.layout import Batch, Inputs, Row, collate, entering
from refrag_train.model import CompressedDecoder


@dataclass(frozen=True, kw_only=True)
class DistillationConfig:
    """Weights beside the answer loss, which has 1. hidden: distance of hidden states, 0 to 4, mean over the layers. divergence: of
    the next-token distributions, nat. layers: at the input of which layers states are compared; the number of layers: at the end."""

    hidden: float = 1.0
    divergence: float = 1.0
    layers: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.layers or list(self.layers) != sorted(set(self.layers)):
            raise ValueError(f"distillation layers is {list(self.layers)}; it needs one or more, rising")
        if self.hidden < 0 or self.divergence < 0:
            raise ValueError(f"distillation has hidden {self.hidden} and divergence {self.divergence}; none may be negative")


def states_at(model: CompressedDecoder, batch: Batch, layers: tuple[int, ...]) -> list[Tensor]:
    """Hidden states [b, t, d] at the input of each of the layers, which lie above N; then those at the end."""
    x, at, found = entering(model, batch), model.config.injection_layer, []
    for layer in layers:
        x = model.run(x, batch.positions, batch.mask, at, layer)
        found.append(x)
        at = layer
    return [*found, model.run(x, batch.positions, batch.mask, at, model.decoder.layers)]


def distance(student: Tensor, teacher: Tensor) -> Tensor:
    """Mean over rows of the squared distance of the normalised rows: 2 - 2 cosine. Sizes differ widely between tokens."""
    a, b = (F.normalize(x.float(), dim=-1) for x in (student, teacher))
    return (a - b).pow(2).sum(-1).mean()


class Distillation:
    """Compares a student's row with what the teacher makes of the row that it is shown. teacher: not trained, stays as it is."""

    def __init__(self, teacher: CompressedDecoder, inputs: Inputs, config: DistillationConfig) -> None:
        above = teacher.config.injection_layer
        if not above < config.layers[0] or config.layers[-1] > teacher.decoder.layers:
            raise ValueError(
                f"distillation layers is {list(config.layers)}; vectors enter at {above}, the decoder has {teacher.decoder.layers}"
            )
        self._teacher, self._inputs, self.config = teacher.requires_grad_(False), inputs, config

    def losses(self, student: CompressedDecoder, found: list[Tensor], batch: Batch, row: Row, shown: Row) -> tuple[Tensor, Tensor]:
        """Distance and divergence at the segments that both rows have.

        found: the student's `states_at`, of a batch of the one row.
        """
        size = sum(len(segment.ids) for segment in shown.segments)
        own = slice(len(row.prefix), len(row.prefix) + size)
        its = slice(len(shown.prefix), len(shown.prefix) + size)
        with torch.no_grad():
            read = collate([shown], 1, self._teacher.decoder.dimension, self._inputs).to(self._teacher.device)
            taught = states_at(self._teacher, read, self.config.layers)
        pairs = list(zip(found, taught))[: len(self.config.layers)]
        gap = torch.stack([distance(a[0, own], b[0, its]) for a, b in pairs]).mean()
        answers = batch.weights[0, own] > 0
        with torch.no_grad():
            expected = self._teacher.logits(taught[-1][0, its][answers]).log_softmax(-1)
        given = student.logits(found[-1][0, own][answers]).log_softmax(-1)
        return gap, F.kl_div(given, expected, log_target=True, reduction="batchmean")
