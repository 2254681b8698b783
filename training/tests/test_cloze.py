"""Cloze questions: what is asked, and of which passages."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from refrag_train.corpus import Corpus
from refrag_train.layout import ChunkRef
from refrag_train.prompt import Prompt
from refrag_train.tasks.cloze import Blank, Cloze, blanks
from refrag_train.tasks.sources import AnswerSources
from test_stage import write_set

TEXT = (
    "Oslo is the capital of Norway and its largest city. It was founded by King Harald in 1040, they say. "
    "Harald built a church. The town burned down 3 times. In Bergen it rained."
)


def test_names_and_numbers_that_stand_once_are_asked_for() -> None:
    found = {b.answer: b for b in blanks(TEXT)}
    assert found.keys() == {"Norway", "King Harald", "1040", "3"}
    assert found["Norway"] == Blank("Norway", ("Oslo", "is", "the", "capital", "of"), ("and", "its", "largest", "city."))


def test_what_begins_a_sentence_what_recurs_and_what_has_few_words_beside_it_is_not() -> None:
    answers = {b.answer for b in blanks(TEXT)}
    assert not answers & {"Oslo", "Harald", "Bergen"}


def test_a_question_is_the_sentence_without_some_of_its_words() -> None:
    blank = Blank("Norway", ("Oslo", "is", "the", "capital", "of"), ("and", "its", "largest", "city."))
    assert blank.question(random.Random(1), 0.0) == "Oslo is the capital of what and its largest city?"
    assert blank.question(random.Random(1), 1.0) == "what?"
    fewer = blank.question(random.Random(1), 0.5).rstrip("?").split()
    assert "what" in fewer and len(fewer) < 10
    longer = Blank("x", tuple(f"b{i}" for i in range(30)), tuple(f"a{i}" for i in range(30))).question(random.Random(1), 0.0)
    assert longer.split()[:1] == ["b16"] and longer.split()[-1] == "a13?"


@pytest.fixture
def corpus(tmp_path: Path, tokenizer: Any) -> Corpus:
    passages = [{"pid": f"p{i}", "title": "a" if i < 2 else "b", "text": f"We all know that it was founded in 19{i}0 by {i}7 monks."} for i in range(6)]
    write_set(tmp_path, [*passages, {"pid": "none", "title": "a", "text": "nothing to ask for here"}], [])
    return Corpus(tmp_path, ["set"], tokenizer)


def cloze(corpus: Corpus, tokenizer: Any, **changes: Any) -> Cloze:
    settings: dict[str, Any] = {
        "sets": ["set"],
        "chunk_tokens": [4],
        "passages": (2, 2),
        "questions": 3,
        "left_out": (0.0, 0.0),
        "max_raw_tokens": 300,
        "held_out": frozenset(),
    }
    return Cloze(corpus, Prompt(tokenizer), **settings | changes)


def test_rows_are_vectors_and_blanks_of_them(corpus: Corpus, tokenizer: Any) -> None:
    task = cloze(corpus, tokenizer, sources=AnswerSources(corpus, tokenizer))
    for seed in range(8):
        sample = task.sample(random.Random(seed), 0.0)
        (row,) = sample.rows
        shown = {e.pid for e in row.prefix if isinstance(e, ChunkRef)}
        assert sample.label == "cloze4" and len(shown) == 2 and "set/none" not in shown
        assert len(row.segments) == 3
        for segment in row.segments:
            known = [(i, s) for i, s in enumerate(segment.sources or []) if s is not None]
            assert known and {s.pid for _, s in known} <= shown
            assert all(segment.weights[i] == 1.0 for i, _ in known)


def test_passages_of_the_same_title_come_first(corpus: Corpus, tokenizer: Any) -> None:
    for seed in range(20):
        (row,) = cloze(corpus, tokenizer).sample(random.Random(seed), 0.0).rows
        shown = {e.pid for e in row.prefix if isinstance(e, ChunkRef)}
        assert len({corpus.title[p] for p in shown}) == 1


def test_passages_that_are_held_out_are_not_shown(corpus: Corpus, tokenizer: Any) -> None:
    held = frozenset(f"set/p{i}" for i in range(5))
    (row,) = cloze(corpus, tokenizer, held_out=held).sample(random.Random(1), 0.0).rows
    assert {e.pid for e in row.prefix if isinstance(e, ChunkRef)} == {"set/p5"}
    with pytest.raises(ValueError, match="no passage of set has a name"):
        cloze(corpus, tokenizer, held_out=held | {"set/p5"})
