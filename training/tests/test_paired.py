"""Two files of predictions are compared question by question."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from refrag_train.paired import compared


def write(path: Path, *rows: tuple[str, str, float]) -> Path:
    lines: list[dict[str, Any]] = [{"system": system, "id": question, "prediction": "x", "f1": f1} for system, question, f1 in rows]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_differences_are_those_of_the_same_question(tmp_path: Path) -> None:
    of = write(tmp_path / "of", ("full", "a", 1.0), ("full", "b", 0.5), ("none", "a", 0.0))
    than = write(tmp_path / "than", ("full", "b", 0.25), ("full", "a", 0.75))
    (row,) = compared(of, than, seed=7)
    assert row == {"system": "full", "questions": 2, "f1": 0.75, "f1_than": 0.5, "f1_above": [0.25, 0.25, 0.25]}


def test_other_questions_are_refused_with_one_of_them(tmp_path: Path) -> None:
    of, than = write(tmp_path / "of", ("full", "a", 1.0)), write(tmp_path / "than", ("full", "b", 1.0))
    with pytest.raises(ValueError, match="2 questions of full .* such as a"):
        compared(of, than, seed=7)


def test_files_without_a_common_system_are_refused(tmp_path: Path) -> None:
    of, than = write(tmp_path / "of", ("full", "a", 1.0)), write(tmp_path / "than", ("only", "a", 1.0))
    with pytest.raises(ValueError, match="full.*only"):
        compared(of, than, seed=7)


def test_a_line_of_something_else_is_named(tmp_path: Path) -> None:
    of = write(tmp_path / "of", ("full", "a", 1.0))
    of.write_text(of.read_text() + '{"system": "full"}\n')
    with pytest.raises(ValueError, match="line 2"):
        compared(of, of, seed=7)
