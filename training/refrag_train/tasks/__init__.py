"""What a stage trains on: each task draws rows from the corpus."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Protocol

from refrag_train.layout import Row


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
