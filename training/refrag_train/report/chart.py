"""A line chart with error bars as SVG: enough for a report, without a plotting library."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 720, 430
LEFT, RIGHT, TOP, BOTTOM = 60, 130, 34, 55
COLOURS = ("#0b6e4f", "#c0392b", "#2c5aa0", "#b7791f", "#6b4c9a", "#555555")  # told apart by those who cannot see red or green
MOST_MARKED = 12  # points of a line; of more, the line alone is drawn
APART = 4  # pixels between lines that share their x


@dataclass(frozen=True)
class Point:
    """x, y with its interval, and a label."""

    x: float
    y: float
    low: float
    high: float
    label: str


@dataclass(frozen=True)
class Axis:
    """Values first..last over pixels start..end, with marks. log: equal factors take equal room."""

    marks: list[float]
    first: float
    last: float
    start: float
    end: float
    log: bool = False

    def at(self, value: float) -> float:
        """The pixel of a value."""
        first, last, own = (math.log(v) if self.log else v for v in (self.first, self.last, value))
        return round(self.start + (own - first) / (last - first) * (self.end - self.start), 1)

    @staticmethod
    def linear(lowest: float, highest: float, start: float, end: float) -> Axis:
        """Round marks from at or below the lowest value to at or above the highest."""
        distance = step(highest - lowest)
        first = math.floor(lowest / distance)
        last = max(first + 1, math.ceil(round(highest / distance, 6)))
        marks = [i * distance for i in range(first, last + 1)]
        return Axis(marks, marks[0], marks[-1], start, end)

    @staticmethod
    def logarithmic(values: list[float], start: float, end: float) -> Axis:
        """Marks at 1, 2 and 5 times powers of ten, or at the values themselves where they are few. ValueError for 0 and below."""
        lowest, highest = min(values), max(values)
        if lowest <= 0:
            raise ValueError(f"a logarithmic axis cannot show {lowest}")
        first, last = lowest / 1.3, highest * 1.3
        decades = range(math.floor(math.log10(first)), math.ceil(math.log10(last)) + 1)
        marks = sorted(set(values)) if len(set(values)) <= 5 else [m * 10.0**d for d in decades for m in (1, 2, 5)]
        return Axis([m for m in marks if first <= m <= last], first, last, start, end, log=True)


@dataclass(frozen=True)
class Chart:
    """Lines by name; x from 0 on, or logarithmic; y from 0 on, or from below the lowest point. apart: lines share their x and are
    drawn side by side."""

    x_title: str
    y_title: str
    lines: dict[str, list[Point]]
    x_log: bool = False
    y_from_zero: bool = True
    apart: bool = False

    def svg(self) -> str:
        """The picture. ValueError without a point."""
        points = [p for line in self.lines.values() for p in line]
        if not points:
            raise ValueError("a chart needs at least one point")
        right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
        xs = [p.x for p in points]
        x = Axis.logarithmic(xs, LEFT, right) if self.x_log else Axis.linear(0, max(xs), LEFT, right)
        y = Axis.linear(0 if self.y_from_zero else min(p.low for p in points), max(p.high for p in points), bottom, TOP)
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12" role="img">',
            f"<title>{escape(self.y_title)} against {escape(self.x_title)}</title>",
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        ]
        for mark in y.marks:
            parts.append(f'<line x1="{LEFT}" x2="{right}" y1="{y.at(mark)}" y2="{y.at(mark)}" stroke="#dddddd"/>')
            parts.append(f'<text x="{LEFT - 8}" y="{y.at(mark) + 4}" text-anchor="end">{mark:g}</text>')
        for mark in x.marks:
            parts.append(f'<line x1="{x.at(mark)}" x2="{x.at(mark)}" y1="{bottom}" y2="{bottom + 4}" stroke="#555555"/>')
            parts.append(f'<text x="{x.at(mark)}" y="{bottom + 18}" text-anchor="middle">{mark:g}</text>')
        parts.append(f'<text x="{(LEFT + right) / 2}" y="{HEIGHT - 12}" text-anchor="middle">{escape(self.x_title)}</text>')
        parts.append(f'<text x="{LEFT}" y="16" text-anchor="middle">{escape(self.y_title)}</text>')
        for number, (name, line) in enumerate(self.lines.items()):
            colour = COLOURS[number % len(COLOURS)]
            shift = APART * (number - (len(self.lines) - 1) / 2) if self.apart else 0.0
            parts += self._line(line, [(x.at(p.x) + shift, y.at(p.y)) for p in line], y, colour)
            parts.append(f'<text x="{right + 14}" y="{TOP + 20 + 18 * number}" fill="{colour}">{escape(name)}</text>')
        return "\n".join([*parts, "</svg>", ""])

    @staticmethod
    def _line(line: list[Point], places: list[tuple[float, float]], y: Axis, colour: str) -> list[str]:
        path = " ".join(f"{px:g},{py:g}" for px, py in places)
        parts = [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>']
        if len(line) > MOST_MARKED:
            return parts
        for p, (px, py) in zip(line, places):
            if p.high > p.low:
                bar = f'x1="{px:g}" x2="{px:g}" y1="{y.at(p.low)}" y2="{y.at(p.high)}"'
                parts.append(f'<line {bar} stroke="{colour}" stroke-opacity="0.5"/>')
            parts.append(f'<circle cx="{px:g}" cy="{py:g}" r="3.5" fill="{colour}"/>')
            if p.label:
                parts.append(f'<text x="{px + 6:g}" y="{py - 6:g}" fill="{colour}">{escape(p.label)}</text>')
        return parts


def step(largest: float) -> float:
    """A round distance of axis marks: four to ten of them reach `largest`; 1 where that is 0."""
    if largest <= 0:
        return 1.0
    magnitude: float = 10.0 ** math.floor(math.log10(largest))
    return next(magnitude * part for part in (0.1, 0.2, 0.25, 0.5, 1.0) if largest / (magnitude * part) <= 10)
