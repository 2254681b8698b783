"""The page."""

from __future__ import annotations

import re
from pathlib import Path

from refrag_train.report import goals, rag, suites, training
from refrag_train.report.format import table
from refrag_train.report.results import Result
from refrag_train.report.section import Section

COMMAND = "python -m refrag_train.report --results docs/benchmarks/results --out docs/benchmarks/quality.md"


def sections(results: list[Result]) -> list[Section]:
    """All that there are results for."""
    found: list[Section] = []
    if (reached := goals.section(results)) is not None:
        found.append(reached)
    if own := [r for r in results if r.kind == "rag"]:
        found.append(rag.section(own))
    found += suites.sections(results)
    if own := [r for r in results if r.kind == "training"]:
        found.append(training.section(own))
    return found


def made(results: list[Result]) -> list[str]:
    """How the figures came about."""
    dates = sorted({r.date for r in results})
    machines = sorted({r.machine for r in results})
    minutes = round(sum(r.seconds for r in results) / 60)
    span = dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"
    lines = [f"Bundle {results[0].bundle}. Measured {span} on {'; '.join(machines)}, in {minutes} minutes, on development data only."]
    if items := sorted(r.items for r in results if r.items):
        lines.append(f"{items[0]} to {items[-1]} items a table, as each says: one of few shows that the path works, and little more.")
    lines.append("Points ran at different times on shared machines: milliseconds compare within a table, never between tables.")
    lines.append("Seeds are fixed; intervals are 95 % bootstrap intervals over items; a difference counts only where its interval excludes 0.")
    return lines


def write_page(results: list[Result], out: Path) -> None:
    """Writes the page, and its figures beside it; figures of an earlier page are removed."""
    out.parent.mkdir(parents=True, exist_ok=True)
    for old in out.parent.glob(f"{out.stem}-*.svg"):
        old.unlink()
    text = ["# Quality", "", *made(results), ""]
    for part in sections(results):
        text += [f"## {part.title}", ""]
        for name, chart in part.figures.items():
            figure = out.with_name(f"{out.stem}-{slug(name)}.svg")
            figure.write_text(chart.svg())
            text += [f"![{name}]({figure.name})", "", f"*{name}.*", ""]
        text += part.lines
    text += ["## Commands", "", "The results are in [results](results). This page is made of them by", "", f"```\n{COMMAND}\n```", ""]
    text += ["and they by `python -m refrag_train.matrix` of", ""]
    text += table(["result", "command", "date", "seconds"], [[r.name, f"`{r.command}`", r.date, r.seconds] for r in results])
    out.write_text("\n".join([*text, ""]))


def slug(name: str) -> str:
    """A file's name."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
