"""Figures as text."""

from __future__ import annotations

from typing import Any, Iterable, Sequence

POINTS = ("f1", "kept", "rouge1", "rouge2", "rougel")  # shares that are shown as points


def percent(value: float | None) -> str:
    """A share as points."""
    return "–" if value is None else f"{100 * value:.1f}"


def signed(value: float | None) -> str:
    """A difference of shares as points with its sign."""
    return "–" if value is None else f"{100 * value:+.1f}"


def number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"


def measured(name: str, figure: Sequence[float] | None) -> str:
    """A figure [mean, low, high] of that name with its interval."""
    if figure is None:
        return "–"
    mean, low, high = (percent(v) if name in POINTS else number(v, 2) for v in figure)
    return f"{mean} ({low}–{high})"


def difference(name: str, figure: Sequence[float] | None) -> str:
    """The same of a difference, with signs."""
    if figure is None:
        return "–"
    mean, low, high = (signed(v) if name in POINTS else f"{v:+.2f}" for v in figure)
    return f"{mean} ({low} to {high})"


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    """Lines of a Markdown table."""
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    return [*lines, *("| " + " | ".join(map(str, row)) + " |" for row in rows)]
