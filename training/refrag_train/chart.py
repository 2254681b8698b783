"""A line chart with error bars as SVG: enough for a report, without a plotting library."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 60, 130, 20, 55
COLOURS = ("#0b6e4f", "#c0392b", "#2c5aa0", "#b7791f", "#6b4c9a", "#555555")  # told apart by those who cannot see red or green


@dataclass(frozen=True)
class Point:
    """x, y with its interval, and a label."""

    x: float
    y: float
    low: float
    high: float
    label: str


@dataclass(frozen=True)
class Chart:
    """Lines by name; x from 0 on, y from 0 on."""

    x_title: str
    y_title: str
    lines: dict[str, list[Point]]

    def svg(self) -> str:
        """The picture. ValueError without a point."""
        points = [p for line in self.lines.values() for p in line]
        if not points:
            raise ValueError("a chart needs at least one point")
        x_step, y_step = step(max(p.x for p in points)), step(max(p.high for p in points))
        x_end = x_step * math.ceil(max(p.x for p in points) / x_step)
        y_end = y_step * math.ceil(max(p.high for p in points) / y_step)

        def px(x: float) -> float:
            return round(LEFT + x / x_end * (WIDTH - LEFT - RIGHT), 1)

        def py(y: float) -> float:
            return round(HEIGHT - BOTTOM - y / y_end * (HEIGHT - TOP - BOTTOM), 1)

        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12" role="img">',
            f"<title>{escape(self.y_title)} against {escape(self.x_title)}</title>",
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        ]
        for i in range(round(y_end / y_step) + 1):
            y = i * y_step
            parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{py(y)}" y2="{py(y)}" stroke="#dddddd"/>')
            parts.append(f'<text x="{LEFT - 8}" y="{py(y) + 4}" text-anchor="end">{y:g}</text>')
        for i in range(round(x_end / x_step) + 1):
            x = i * x_step
            parts.append(f'<text x="{px(x)}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{x:g}</text>')
        middle = (LEFT + WIDTH - RIGHT) / 2
        parts.append(f'<text x="{middle}" y="{HEIGHT - 12}" text-anchor="middle">{escape(self.x_title)}</text>')
        parts.append(f'<text x="14" y="{TOP + 4}">{escape(self.y_title)}</text>')
        for number, (name, line) in enumerate(self.lines.items()):
            colour = COLOURS[number % len(COLOURS)]
            path = " ".join(f"{px(p.x)},{py(p.y)}" for p in line)
            parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
            for p in line:
                parts.append(f'<line x1="{px(p.x)}" x2="{px(p.x)}" y1="{py(p.low)}" y2="{py(p.high)}" stroke="{colour}"/>')
                parts.append(f'<circle cx="{px(p.x)}" cy="{py(p.y)}" r="3.5" fill="{colour}"/>')
                parts.append(f'<text x="{px(p.x) + 6}" y="{py(p.y) - 6}" fill="{colour}">{escape(p.label)}</text>')
            parts.append(f'<text x="{WIDTH - RIGHT + 14}" y="{TOP + 20 + 18 * number}" fill="{colour}">{escape(name)}</text>')
        return "\n".join([*parts, "</svg>", ""])


def step(largest: float) -> float:
    """A round distance of axis marks: four to ten of them reach `largest`, which is above 0."""
    magnitude: float = 10.0 ** math.floor(math.log10(largest))
    return next(magnitude * part for part in (0.1, 0.2, 0.25, 0.5, 1.0) if largest / (magnitude * part) <= 10)
