"""The report says what the files say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from refrag_train.chart import Chart, Point, step
from refrag_train.report import Run, report


def values(passages: int, f1: float) -> dict[str, Any]:
    system = {
        "em": f1 / 2,
        "f1": f1,
        "f1_low": f1 - 0.05,
        "f1_high": f1 + 0.05,
        "positions": 40.0 * passages,
        "ttft_ms_cached": 10.0 * passages,
        "ttft_ms_uncached": 20.0 * passages,
        "retention": None,
        "questions": 3,
    }
    only = system | {"f1": f1 - 0.1, "paired_difference": 0.1, "paired_low": -0.02, "paired_high": 0.21}
    run = {"questions_file": "q.jsonl", "passages_per_question": passages, "k": 4, "expand": 0.1, "match": "ttft", "seed": 7}
    return run | {"bundle": "b@1", "systems": {"refrag": system, "only": only}}


def test_tables_carry_every_figure_and_the_paired_difference(tmp_path: Path) -> None:
    out = tmp_path / "docs" / "quality.md"
    report([Run(values(5, 0.5))], out, "command")
    text = out.read_text()
    assert "## q, 5 passages, k = 4, 10% expanded as raw tokens, rivals matched by ttft, 3 questions, seed 7" in text
    assert "| refrag | 25.0 | 50.0 | 45.0–55.0 | 200 | 50 | 100 | – | – | – |" in text
    assert "| only | 25.0 | 40.0 | 45.0–55.0 | 200 | 50 | 100 | – | +10.0 | -2.0 to +21.0 |" in text
    assert "svg" not in text  # one number of passages is no line


def test_runs_that_differ_in_passages_only_make_a_figure(tmp_path: Path) -> None:
    out = tmp_path / "quality.md"
    report([Run(values(10, 0.6)), Run(values(5, 0.5))], out, "command")
    assert "![F1 against time to the first token](quality-1.svg)" in out.read_text()
    picture = ElementTree.parse(tmp_path / "quality-1.svg").getroot()
    lines = [e for e in picture.iter() if e.tag.endswith("polyline")]
    assert len(lines) == 2
    first, second = (float(pair.split(",")[0]) for pair in lines[0].get("points", "").split())
    assert first < second  # five passages before ten


def test_a_file_of_something_else_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"systems": {}}))
    with pytest.raises(ValueError, match="x.json has no questions_file"):
        Run.read(path)


@pytest.mark.parametrize(("largest", "expected"), [(7.0, 1.0), (10.0, 1.0), (12.0, 2.0), (61.0, 10.0), (340.0, 50.0), (0.3, 0.05)])
def test_axis_marks_are_round_and_few(largest: float, expected: float) -> None:
    assert step(largest) == pytest.approx(expected)


def test_a_chart_without_points_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one point"):
        Chart("x", "y", {"a": []}).svg()
    assert "&lt;" in Chart("<x>", "y", {"a": [Point(1, 2, 1, 3, "p")]}).svg()
