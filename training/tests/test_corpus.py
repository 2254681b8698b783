"""Data that cannot be used: rows are skipped and counted, files and settings are refused by name."""

from __future__ import annotations

import json
import lzma
import random
from pathlib import Path
from typing import Any, Callable

import pytest
from refrag_train.corpus import Corpus
from refrag_train.evaluate import Evaluation
from refrag_train.layout import ChunkRef
from refrag_train.prompt import Prompt
from refrag_train.stage import Stage, main
from refrag_train.tasks.reconstruction import Reconstruction
from test_stage import answering, data, write_set  # noqa: F401


def passage(pid: str, text: str) -> dict[str, Any]:
    return {"pid": pid, "title": "", "text": text}


def question(own: str, **changes: Any) -> dict[str, Any]:
    return {"id": own, "question": f"what of {own}", "answers": ["a b"], "gold": ["good"], "neg": []} | changes


def corpus(folder: Path, tokenizer: Any, passages: list[dict[str, Any]], questions: list[dict[str, Any]]) -> Corpus:
    write_set(folder, passages, questions)
    return Corpus(folder, ["set"], tokenizer)


GOOD = passage("good", " ".join(f"g{i}" for i in range(24)))


@pytest.mark.parametrize(
    "row, reason",
    [
        (question("q", gold=[]), "no gold"),
        ({"id": "q", "question": "what", "answers": ["a"]}, "no gold"),
        (question("q", gold=["nowhere"]), "gold passage unknown or empty"),
        (question("q", gold=["good", "blank"]), "gold passage unknown or empty"),
        (question("q", answers=[]), "no answer"),
        (question("q", answers=["  "]), "no answer"),
        (question("q", answers=["x" * 321]), "answer longer than 320 characters"),
        (question("q", question=" "), "empty question"),
    ],
)
def test_a_question_that_cannot_be_asked_is_skipped_for_one_reason(
    row: dict[str, Any], reason: str, tokenizer: Any, tmp_path: Path
) -> None:
    read = corpus(tmp_path, tokenizer, [GOOD, passage("blank", " \n")], [row, question("other")])
    assert read.skipped.counts() == {"empty passage": 1, reason: 1}
    assert [q.id for q in read.questions["set"]] == ["set/other"]
    assert list(read.text) == ["set/good"]


def test_unknown_negatives_are_counted_and_unusable_alternatives_never_asked(tokenizer: Any, tmp_path: Path) -> None:
    row = question("q", neg=["nowhere", "good", "gone"], answers=["a", "", "x" * 321, "b"])
    read = corpus(tmp_path, tokenizer, [GOOD], [row])
    assert read.skipped.counts() == {"negative passage unknown or empty": 2}
    assert read.questions["set"][0].negatives == ("set/good",)
    assert read.questions["set"][0].answers == ("a", "b")


def test_an_unknown_set_is_refused_with_the_missing_file_and_the_known_sets(data: Path, tokenizer: Any) -> None:  # noqa: F811
    with pytest.raises(FileNotFoundError, match=r"set 'sett' has no file .*/sett.passages.jsonl.xz; the folder has the sets set$"):
        Corpus(data, ["sett"], tokenizer)
    (data / "set.questions.jsonl.xz").unlink()
    with pytest.raises(FileNotFoundError, match="set 'set' has no file .*/set.questions.jsonl.xz"):
        Corpus(data, ["set"], tokenizer)


def test_a_file_that_ends_too_early_is_refused(data: Path, tokenizer: Any) -> None:  # noqa: F811
    path = data / "set.passages.jsonl.xz"
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ValueError, match="set.passages.jsonl.xz ends or breaks after row"):
        Corpus(data, ["set"], tokenizer)


@pytest.mark.parametrize("line", ["{", "[]", '{"pid": "p"}', '{"pid": null, "text": "x"}'])
def test_a_row_that_is_none_is_refused_with_its_number(line: str, tokenizer: Any, tmp_path: Path) -> None:
    write_set(tmp_path, [GOOD], [question("q")])
    with lzma.open(tmp_path / "set.passages.jsonl.xz", "wt") as out:
        out.write(json.dumps(GOOD) + "\n" + line + "\n")
    with pytest.raises(ValueError, match="set.passages.jsonl.xz, row 2: "):
        Corpus(tmp_path, ["set"], tokenizer)


def test_passages_without_room_for_the_smallest_row_are_never_rebuilt(tokenizer: Any, tmp_path: Path) -> None:
    read = corpus(tmp_path, tokenizer, [GOOD, passage("short", "one two three"), passage("seven", "1 2 3 4 5 6 7")], [])
    settings: dict[str, Any] = {"chunk_tokens": [4], "tokens": 16}
    task = Reconstruction(read, Prompt(tokenizer), list(read.text), chunks=[2, 4], **settings)
    assert read.skipped.counts() == {"passage shorter than 8 tokens": 2}
    rows = [row for seed in range(9) for row in task.sample(random.Random(seed), 0.0).rows]
    assert {e.pid for row in rows for e in row.prefix if isinstance(e, ChunkRef)} == {"set/good"}


def test_rows_that_no_passage_has_room_for_are_refused(tokenizer: Any, tmp_path: Path) -> None:
    """Drawing would never end."""
    read = corpus(tmp_path, tokenizer, [GOOD], [])
    for pids, longest in ((list(read.text), 24), ([], 0)):
        with pytest.raises(ValueError, match=rf"8 chunks of 4 tokens need a passage of 32; the longest of \d has {longest}"):
            Reconstruction(read, Prompt(tokenizer), pids, chunk_tokens=[4], chunks=[1, 8], tokens=16)


def test_questions_beyond_a_bound_are_skipped_and_counted_once(tokenizer: Any, tmp_path: Path) -> None:
    rows = [
        question("fits"),
        question("two", gold=["good", "long"]),
        question("long", question=" ".join("w" * 199)),
        question("talkative", question=" ".join("w" * 40), answers=["a", " ".join("w" * 160)]),
    ]
    read = corpus(tmp_path, tokenizer, [GOOD, passage("long", " ".join("w" * 290))], rows)
    for _ in range(2):
        task = answering(read, tokenizer, questions=9)
        counts = read.skipped.counts()
        assert counts == {"gold passages longer than 300 tokens": 1, "question and answer longer than the window": 2}
    (row,) = task.sample(random.Random(1), 0.0).rows
    assert len(row.segments) == 2  # the one question, and a continuation


def test_a_question_is_asked_beside_another_only_where_all_its_gold_is_shown(tokenizer: Any, tmp_path: Path) -> None:
    rows = [question("one"), question("two", gold=["good", "more"])]
    read = corpus(tmp_path, tokenizer, [GOOD, passage("more", "m1 m2 m3 m4")], rows)
    task = answering(read, tokenizer, passages=(1, 1), continuations=0)
    shown = [task.sample(random.Random(seed), 0.0).rows[0] for seed in range(9)]
    counts = {(len({e.pid for e in row.prefix if isinstance(e, ChunkRef)}), len(row.segments)) for row in shown}
    assert counts == {(1, 1), (2, 2)}


def test_a_set_without_any_usable_question_is_refused_with_the_reasons(tokenizer: Any, tmp_path: Path) -> None:
    read = corpus(tmp_path, tokenizer, [GOOD], [question("q", gold=[])])
    with pytest.raises(ValueError, match="set 'set' has no question that can be used; skipped: {'no gold': 1}"):
        answering(read, tokenizer)
    with pytest.raises(ValueError, match="no question can be evaluated; skipped: {'no gold': 1}"):
        Evaluation(read, Prompt(tokenizer), tokenizer, limit=1, passages=1, seed=1)


def test_a_bound_that_leaves_no_room_and_an_unknown_context_are_refused(data: Path, tokenizer: Any) -> None:  # noqa: F811
    read = Corpus(data, ["set"], tokenizer)
    with pytest.raises(ValueError, match=r"max_raw_tokens is 510, with \d+ tokens around them; the window has 512"):
        answering(read, tokenizer, max_raw_tokens=510)
    with pytest.raises(ValueError, match="contexts has compresed; expected some of raw, "):
        answering(read, tokenizer, contexts={"compresed": 1.0})


def test_chunk_tokens_that_the_model_has_no_pooling_for_are_refused(
    tiny_stage: Callable[..., Stage], data: Path, tmp_path: Path  # noqa: F811
) -> None:
    with pytest.raises(ValueError, match=r"run.toml: chunk_tokens has \[8\]; the model's chunk_sizes are \[4\]"):
        tiny_stage(data, tmp_path / "run", ("chunk_tokens = [4]\nchunks", "chunk_tokens = [8]\nchunks"))


def test_a_stage_prints_what_it_skips_once_at_the_start(
    tiny_stage: Callable[..., Stage],
    tiny_base: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "data"
    write_set(folder, [GOOD, passage("blank", ""), passage("short", "a b")], [question("q"), question("r", gold=[])])
    tiny_stage(folder, tmp_path / "run")
    given = {"config": tmp_path / "run.toml", "base": tiny_base, "data": folder, "out": tmp_path / "run", "dtype": "float32"}
    monkeypatch.setattr("sys.argv", ["stage", *(str(part) for name, value in given.items() for part in (f"--{name}", value))])
    main()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines == [{"skipped": {"empty passage": 1, "no gold": 1, "passage shorter than 4 tokens": 1}}]
    assert json.loads((tmp_path / "run" / "run.json").read_text())["skipped"] == lines[0]["skipped"]
