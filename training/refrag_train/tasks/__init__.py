"""What a stage trains on: each task draws rows from the corpus."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import Protocol, Sequence, TypeVar

from refrag_train.layout import Row

Step = TypeVar("Step")


@dataclass(frozen=True)
class Sample:
    """The rows of one step and their k. label: for the log. shown: what a teacher reads in place of the only row; its segments are
    the row's first ones (see Distillation)."""

    k: int
    label: str
    rows: list[Row]
    shown: Row | None = None


class Task(Protocol):
    """A source of training rows."""

    name: str

    def sample(self, rng: random.Random, progress: float) -> Sample:
        """The rows of one step; progress 0 to 1 over the stage."""


def curriculum(rng: random.Random, steps: Sequence[Step], progress: float) -> Step:
    """Draws one of the steps, easy ones first: the typical one moves through them as the stage goes on (arXiv 2509.01092, section 2)."""
    center = min((len(steps) + 0.5) * progress, len(steps) - 1)
    return rng.choices(steps, [math.exp(-1.2 * abs(i - center)) for i in range(len(steps))])[0]
