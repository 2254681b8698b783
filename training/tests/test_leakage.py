"""Planted leaks are found, named without their text, and allowed only as far as stated."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable

import numpy as np
import pytest
from refrag_train.leakage import WordHashes, main, shingles
from test_stage import write_set

Run = Callable[..., tuple[int, list[dict[str, Any]], str]]


def text(first: int, end: int) -> str:
    return " ".join(f"word{i}" for i in range(first, end))


DEVELOPMENT = {"d1": text(0, 40), "d2": text(100, 140), "d3": text(200, 260)}
TRAINING = {
    "same": "WORD0, " + text(1, 40).replace(" ", "\n") + "!",
    "near": text(115, 140) + " " + text(900, 910),
    "excerpt": text(210, 225),
    "far": text(230, 260) + " " + text(600, 680),
    "short": "word0 word1",
    "none": text(700, 800),
}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command: exit status, lines, all that it wrote."""

    def sides(*arguments: str) -> tuple[int, list[dict[str, Any]], str]:
        monkeypatch.setattr("sys.argv", ["leakage", "--train", f"{tmp_path}/train", "--dev", f"{tmp_path}/dev", *arguments])
        try:
            main()
            status: Any = 0
        except SystemExit as e:
            status = e.code
        out, err = capsys.readouterr()
        return (1 if isinstance(status, str) else status), [json.loads(line) for line in out.splitlines()], f"{status} {err}"

    write_set(tmp_path / "dev", rows(DEVELOPMENT), [ask("dq", "Who wrote word5, then?"), ask("blank", "?!")], "dev")
    asked = [ask("tq", "who wrote  WORD5 then"), ask("other", "who?"), ask("blank", "!")]
    write_set(tmp_path / "train", rows(TRAINING), asked, "bad")
    write_set(tmp_path / "train", rows({"x": text(400, 500)}), [], "good")
    return sides


def rows(texts: dict[str, str]) -> list[dict[str, Any]]:
    return [{"pid": pid, "title": "t", "text": body} for pid, body in texts.items()]


def ask(own: str, question: str) -> dict[str, Any]:
    return {"id": own, "question": question}


def test_planted_leaks_are_counted_by_kind_and_given_by_id(run: Run) -> None:
    status, lines, message = run()
    assert status == 1
    assert lines[0] == {
        "train": "bad",
        "dev": "dev",
        "exact": 1,
        "near": 2,
        "question": 1,
        "dev_passages": 3,
        "dev_questions": 1,
        "examples": {"exact": [["same", "d1"]], "near": [["near", "d2"], ["excerpt", "d3"]], "question": [["tq", "dq"]]},
    }
    assert (lines[1]["train"], lines[1]["exact"], lines[1]["near"], lines[1]["question"]) == ("good", 0, 0, 0)
    assert "not allowed: bad:dev:exact=1 bad:dev:near=2 bad:dev:question=1" in message
    assert "word" not in json.dumps(lines).lower()


def test_the_share_decides_what_is_near(run: Run) -> None:
    near = {share: run("--share", share)[1][0]["near"] for share in ("0.2", "0.5", "0.7")}
    assert near == {"0.2": 3, "0.5": 2, "0.7": 1}


def test_only_what_is_named_is_allowed_and_only_so_much_of_it(run: Run) -> None:
    allowed = ["bad:dev:exact=1", "bad:dev:near=2", "bad:dev:question=1"]
    assert run("--allow", *allowed)[0] == 0
    status, _, message = run("--allow", "bad:dev:exact=1", "bad:dev:near=1", "bad:dev:question=1")
    assert status == 1 and "not allowed: bad:dev:near=2 " in message
    assert run("--sets", "good")[0] == 0


@pytest.mark.parametrize("given", ["bad:dev:exact", "bad:dev:most=1", "bad:dev=1"])
def test_an_allowance_that_is_none_is_refused(given: str, run: Run) -> None:
    status, lines, message = run("--allow", given)
    assert status == 2 and not lines and f"{given!r} is not TRAIN:DEV:FIGURE=COUNT" in message


def test_unknown_sets_are_refused(run: Run, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="set 'worse' has no file .*; the folder has the sets bad, good"):
        run("--sets", "worse")
    assert "not compared: worse:dev:exact" in run("--allow", "worse:dev:exact=1")[2]
    (tmp_path / "dev" / "dev.passages.jsonl.xz").unlink()
    status, _, message = run()
    assert status == 1 and "no sets to compare" in message


def test_each_run_of_words_counts_once_and_order_matters() -> None:
    words = WordHashes()
    assert len(shingles(words.of(text(0, 8)))) == 1
    assert len(shingles(words.of(text(0, 20)))) == 13
    assert len(shingles(words.of(" ".join(["again"] * 20)))) == 1
    assert len(shingles(words.of("one two"))) == 1
    assert len(shingles(words.of("?"))) == 0
    assert not np.array_equal(shingles(words.of("one two")), shingles(words.of("two one")))
