"""What a stage trains on: each task draws rows from the corpus."""

from __future__ import annotations

import random
from typing import Protocol

from refrag_train.layout import Row


class Task(Protocol):
    """A source of training rows."""

    name: str

    def sample(self, rng: random.Random, progress: float) -> tuple[int, str, list[Row]]:
        """k, a label for the log, and the rows of one step; progress 0 to 1 over the stage."""
