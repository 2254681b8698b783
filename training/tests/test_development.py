"""Bundles stand in the order of their training, each with what it made of the same questions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from refrag_train.development import in_order, row
from refrag_train.evaluate import Answer


def write(folder: Path, version: str, *seconds: int) -> Path:
    folder.mkdir(parents=True)
    stages = [{"seconds": s, "threads": 2} for s in seconds]
    (folder / "manifest.json").write_text(json.dumps({"name": "b", "version": version, "training": {"stages": stages}}))
    return folder


def test_the_least_trained_one_comes_first(tmp_path: Path) -> None:
    late = write(tmp_path / "late", "0.3", 3600, 1800)
    write(tmp_path / "early" / "second", "0.2", 3600)
    write(tmp_path / "early" / "first", "0.1", 900)
    found = in_order([late, tmp_path / "early"])
    assert [(hours, name) for hours, name, _ in found] == [(0.5, "b 0.1"), (2.0, "b 0.2"), (3.0, "b 0.3")]


def test_a_folder_of_something_else_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="empty has no manifest.json"):
        in_order([tmp_path / "empty"])


def test_gains_are_those_of_the_same_questions() -> None:
    def answers(*losses: float) -> list[Answer]:
        return [Answer(loss, 0, 0, 0) for loss in losses]

    found = row("b 2", 3.0, {"compressed@4": answers(1.0, 2.0)}, {"compressed@4": answers(1.5, 2.5)}, seed=7)
    assert found["questions"] == 2
    assert found["compressed@4"][0] == 1.5
    assert found["compressed_below_first"] == [0.5, 0.5, 0.5]
