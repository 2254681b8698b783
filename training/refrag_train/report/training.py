"""The loss while a bundle was trained, from the log.jsonl of its stages."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from refrag_train.report.chart import COLOURS, Chart, Point
from refrag_train.report.results import Result
from refrag_train.report.section import Section

MOST = 60  # points of a stage


def read_logs(runs: list[Path]) -> list[dict[str, Any]]:
    """Rows {"stage", "step", "loss"} of run folders in order; of long stages, evenly spaced ones."""
    rows: list[dict[str, Any]] = []
    for folder in runs:
        name = json.loads((folder / "run.json").read_text())["stage"]["name"]
        lines = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
        kept = lines[:: -(-len(lines) // MOST)] if lines else []
        rows += [{"stage": name, "step": line["step"], "loss": line["loss"]} for line in kept if "loss" in line]
    return rows


def section(results: list[Result]) -> Section:
    """A line for each of the tasks that were logged most often, over the steps of all stages."""
    rows = [row for result in results for row in result.rows]
    counts = Counter(label for row in rows for label in row["loss"])
    labels = [label for label, _ in counts.most_common(len(COLOURS))]
    lines: dict[str, list[Point]] = {label: [] for label in labels}
    before, last, stage, starts = 0, 0, None, []
    for row in rows:
        if row["stage"] != stage:
            before, stage = before + last, row["stage"]
            starts.append(f"{stage} from {before:,}")
        last = row["step"]
        for label in labels:
            if label in row["loss"]:
                value = row["loss"][label]
                lines[label].append(Point(before + last, value, value, value, ""))
    text = f"Training loss (nat per token) by task, means over 50 steps. Stages: {', '.join(starts)}."
    return Section("Training", [text, ""], {"Loss while training": Chart("steps", "loss", lines)})
