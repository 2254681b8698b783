"""What answers are worth, and how sure a mean is."""

from __future__ import annotations

import re
import string
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Sequence

import numpy as np
from numpy.typing import NDArray

REFUSAL = "The passages do not say."  # what bundles learn to say
Float = NDArray[np.float64]
RESAMPLES = 2_000
DIGITS = 4


def normalised(text: str) -> list[str]:
    """The words that are compared: SQuAD 1.1 lower-cases and drops punctuation and articles."""
    plain = "".join(c for c in text.lower() if c not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", plain).split()


def f1(prediction: str, answers: list[str]) -> float:
    """Harmonic mean of precision and recall over the words, 0 to 1, best answer. Without answers it is right, 1, to say nothing or that the
    passages do not say."""
    if not answers:
        return float(normalised(prediction) in ([], normalised(REFUSAL)))
    return max(_overlap(normalised(prediction), normalised(answer)) for answer in answers)


def _overlap(said: list[str], expected: list[str]) -> float:
    if not said or not expected:
        return float(said == expected)
    common = (Counter(said) & Counter(expected)).total()
    return 2 * common / (len(said) + len(expected))


def interval(values: Float, seed: int, groups: Sequence[str] | None = None) -> list[float]:
    """Mean, and the 95 % bootstrap interval of the mean: [mean, low, high]. groups: of each value, for instance the book that a window is
    from. Values of a group are alike, and drawn together; by default each is its own."""
    places = np.arange(len(values)) if groups is None else np.unique(groups, return_inverse=True)[1]
    sums, sizes = np.bincount(places, values), np.bincount(places)
    drawn = np.random.default_rng(seed).integers(0, len(sums), (RESAMPLES, len(sums)))
    low, high = np.percentile(sums[drawn].sum(1) / sizes[drawn].sum(1), [2.5, 97.5])
    return [round(float(x), DIGITS) for x in (values.mean(), low, high)]


@dataclass
class Results:
    """Figures of systems on items. Systems that are compared with each other have read the same items in the same order."""

    _values: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    _groups: dict[str, list[str]] = field(default_factory=dict)

    def add(self, system: str, group: str, **figures: float) -> None:
        """Figures of one item. group: see `interval`."""
        own = self._values.setdefault(system, {})
        self._groups.setdefault(system, []).append(group)
        for name, value in figures.items():
            own.setdefault(name, []).append(value)

    def rows(self, seed: int, against: dict[str, list[str]], plain: tuple[str, ...] = ("positions",)) -> list[dict[str, Any]]:
        """A row per system: each figure as [mean, low, high], those of `plain` as the mean alone, and NAME_above, by how much it
        is above that of each system of `against`, item by item."""
        rows: list[dict[str, Any]] = []
        for system, figures in self._values.items():
            row: dict[str, Any] = {"system": system, "n": max(map(len, figures.values()))}
            for name, values in figures.items():
                own = np.array(values)
                if name in plain:
                    row[name] = round(float(own.mean()), 1)
                    continue
                row[name] = interval(own, seed, self._groups[system])
                others = {o: np.array(self._values[o][name]) for o in against.get(system, []) if o in self._values}
                if others:
                    row[f"{name}_above"] = {o: interval(own - other, seed, self._groups[system]) for o, other in others.items()}
            rows.append(row)
        return rows
