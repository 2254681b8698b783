"""The quality report: tables and figures from what `refrag eval` wrote with --out.

python -m refrag_train.report --eval FILE.json ... --out docs/benchmarks/quality.md

Runs of the same questions file, k and share with different numbers of passages become a figure each: F1 against the time to the
first token. Figures are written beside the report. Nothing is computed anew: a figure that looks wrong is wrong in the files.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from refrag_train.chart import Chart, Point

COLUMNS = ("system", "EM", "F1", "95 %", "positions", "TTFT cached", "uncached", "retention", "refrag − it", "95 %")
PLOTTED = ("refrag", "full", "fewer", "only", "truncated")


@dataclass(frozen=True)
class Run:
    """What one `refrag eval` wrote."""

    values: dict[str, Any]

    @staticmethod
    def read(path: Path) -> Run:
        values = json.loads(path.read_text())
        missing = [key for key in ("systems", "questions_file", "passages_per_question", "k", "expand") if key not in values]
        if missing:
            raise ValueError(f"{path} has no {', '.join(missing)}; expected what `refrag eval --out` writes")
        return Run(values)

    @property
    def passages(self) -> int:
        """Passages of a question."""
        return int(self.values["passages_per_question"])

    @property
    def series(self) -> tuple[str, int, float, bool, str]:
        """What runs of one figure share: questions, k, share expanded, token states, what rivals were matched by."""
        v = self.values
        return v["questions_file"], v["k"], v["expand"], bool(v.get("token_states")), v.get("match", "positions")

    def title(self) -> str:
        """One line that tells this run from the others."""
        questions, k, expand, states, match = self.series
        form = "token states" if states else "raw tokens"
        count = next(iter(self.values["systems"].values()))["questions"]
        return (
            f"{questions.split('.')[0]}, {self.passages} passages, k = {k}, {expand:.0%} expanded as {form}, "
            f"rivals matched by {match}, {count} questions, seed {self.values['seed']}"
        )

    def table(self) -> list[str]:
        """Rows of a Markdown table."""
        rows = ["| " + " | ".join(COLUMNS) + " |", "|" + "---|" * len(COLUMNS)]
        for name, s in self.values["systems"].items():
            cells = [
                name,
                percent(s["em"]),
                percent(s["f1"]),
                f"{percent(s['f1_low'])}–{percent(s['f1_high'])}",
                number(s["positions"], 0),
                number(s["ttft_ms_cached"], 0),
                number(s["ttft_ms_uncached"], 0),
                number(s["retention"], 2),
                signed(s.get("paired_difference")),
                "–" if s.get("paired_low") is None else f"{signed(s['paired_low'])} to {signed(s['paired_high'])}",
            ]
            rows.append("| " + " | ".join(cells) + " |")
        return rows


def percent(value: float | None) -> str:
    """A share as points."""
    return "–" if value is None else f"{100 * value:.1f}"


def signed(value: float | None) -> str:
    """A difference of shares as points with its sign."""
    return "–" if value is None else f"{100 * value:+.1f}"


def number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def chart(runs: list[Run]) -> Chart:
    """F1 against the time to the first token, one line per system, one point per number of passages."""
    lines = {}
    for system in PLOTTED:
        points = [
            Point(s["ttft_ms_cached"], 100 * s["f1"], 100 * s["f1_low"], 100 * s["f1_high"], str(run.passages))
            for run in sorted(runs, key=lambda r: r.passages)
            if (s := run.values["systems"].get(system)) is not None
        ]
        if points:
            lines[system] = points
    return Chart("time to the first token, ms, passages cached (numbers: passages)", "F1", lines)


def report(runs: list[Run], out: Path, command: str) -> None:
    """Writes the report and its figures."""
    bundles = sorted({run.values["bundle"] for run in runs})
    text = [
        "# Quality",
        "",
        f"Bundle {', '.join(bundles)}. Written by `{command}` from the files that the runs below wrote; development data only. "
        "F1 and EM are SQuAD's, in points; intervals are 95 % bootstrap intervals over questions; times are in ms.",
        "",
    ]
    groups: dict[tuple[str, int, float, bool, str], list[Run]] = {}
    for run in runs:
        groups.setdefault(run.series, []).append(run)
    for number_, group in enumerate(groups.values(), 1):
        if len({run.passages for run in group}) > 1:
            figure = out.with_name(f"{out.stem}-{number_}.svg")
            figure.write_text(chart(group).svg())
            text += [f"![F1 against time to the first token]({figure.name})", ""]
        for run in sorted(group, key=lambda r: r.passages):
            text += [f"## {run.title()}", "", *run.table(), ""]
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("\n".join(text))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--eval", type=Path, nargs="+", required=True, help="files that `refrag eval --out` wrote")
    parser.add_argument("--out", type=Path, required=True)
    a = parser.parse_args()
    names = " ".join(path.name for path in a.eval)
    report([Run.read(path) for path in a.eval], a.out, f"python -m refrag_train.report --eval {names} --out {a.out.name}")


if __name__ == "__main__":
    main()
