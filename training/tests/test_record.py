"""The manifest's evaluation: rows of the tools, ordered by k."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from refrag_train.export.record import evaluation, read_lines, reads_token_states

PROBE = '{"k": 4, "chunks": 16, "loss_right": 0.3, "rebuilt": 0.93}'
COMPRESSED = '{"system": "compressed@4", "loss": 2.9, "positions": 200.0}'
MIXED = '{"system": "mixed@8:0.15", "loss": 2.1, "positions": 240.0}'
RAW = '{"system": "raw", "loss": 1.8, "positions": 960.0}'


def test_rows_are_found_by_k_then_by_what_was_asked() -> None:
    assert evaluation([PROBE, COMPRESSED, MIXED, RAW]) == {
        "4": {
            "rebuilt": {"16": {"loss_right": 0.3, "rebuilt": 0.93}},
            "answers": {"compressed": {"loss": 2.9, "positions": 200.0}},
        },
        "8": {"answers": {"mixed:0.15": {"loss": 2.1, "positions": 240.0}}},
        "uncompressed": {"raw": {"loss": 1.8, "positions": 960.0}},
    }


def test_a_row_of_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match="evaluation row with step, seconds"):
        evaluation(['{"step": 1, "seconds": 2}'])


def test_lines_of_all_files_are_read_in_order(tmp_path: Path) -> None:
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    first.write_text(PROBE + "\n\n")
    second.write_text(RAW + "\n")
    assert read_lines([first, second]) == [PROBE, RAW]


@pytest.mark.parametrize(
    ("answering", "reads"),
    [
        ({"contexts": {"mixed": 1.0}}, False),
        ({"contexts": {"mixed": 1.0}, "states": 0.0}, False),
        ({"contexts": {"mixed": 1.0}, "states": 0.5}, True),
        ({"contexts": {"raw": 0.5, "states": 0.5}}, True),
    ],
)
def test_token_states_are_read_by_those_who_were_shown_them(answering: dict[str, Any], reads: bool) -> None:
    before = {"stage": {"answering": [{"contexts": {"raw": 1.0}}]}}
    assert reads_token_states([before, {"stage": {"answering": [answering]}}]) is reads
