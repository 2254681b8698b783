"""A part of the page."""

from __future__ import annotations

from dataclasses import dataclass, field

from refrag_train.report.chart import Chart


@dataclass(frozen=True)
class Section:
    """A heading, Markdown lines below it, and figures by the words that stand for them."""

    title: str
    lines: list[str]
    figures: dict[str, Chart] = field(default_factory=dict)
