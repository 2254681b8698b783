"""Copies of passages whose answers are exchanged for others of their kind."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from refrag_train.corpus import PASSAGES, QUESTIONS, Corpus, read_rows
from refrag_train.exchanged import LEAST_OTHERS, Others, exchange, rewritten, shape, write
from test_stage import write_set

KINGS = [f"King Olav{letter}" for letter in "abcdefghijklmnop"[: LEAST_OTHERS + 4]]


def test_shapes_tell_names_numbers_and_words_apart() -> None:
    assert shape("King Harald") == "Aa Aa"
    assert shape("1954") == "0000"
    assert shape("1,200 men") == "0,000 a"
    assert shape("the Bay of Pigs") == "a Aa a Aa"


def test_another_answer_is_of_the_same_kind_and_not_in_the_text() -> None:
    others = Others([("Who was it?", king) for king in KINGS] + [("Who was she?", "1954"), ("When was it?", "1955")])
    text = "It was King Olava, after King Olavb."
    for seed in range(20):
        drawn = others.draw(random.Random(seed), "Who was first?", "King Olava", text)
        assert drawn in KINGS and drawn not in ("King Olava", "King Olavb")


def test_small_letters_and_rare_kinds_stay() -> None:
    others = Others([("What is it?", "a church")] * 40 + [("When was it?", f"19{i:02d}") for i in range(LEAST_OTHERS)])
    assert others.draw(random.Random(1), "What is it?", "a church", "") is None
    assert others.draw(random.Random(1), "When was it?", "1903", "") is None


def test_what_contains_another_answer_is_changed_with_it() -> None:
    others = Others([("Who was it?", f"Olav{a}{b}") for a in "pqrstu" for b in "pqrstu"])
    asked = {"Olava": "Who was king?", "the great Olava": "Who was called so?"}
    new = exchange(random.Random(1), others, "Then came the great Olava.", asked)
    assert list(new) == ["Olava"]
    assert rewritten("Then came the great Olava; Olavab did not.", new) == f"Then came the great {new['Olava']}; Olavab did not."


def test_names_change_places_at_once() -> None:
    assert rewritten("Olav and Harald", {"Olav": "Harald", "Harald": "Olav"}) == "Harald and Olav"
    assert rewritten("Olav", {}) == "Olav"


def test_a_set_is_written_that_a_corpus_reads(tmp_path: Path, tokenizer: Any) -> None:
    passages = [{"pid": f"p{i}", "title": king, "text": f"{king} built a church."} for i, king in enumerate(KINGS)]
    questions = [
        {"id": f"q{i}", "question": "Who built a church?", "answers": [king, "a king"], "gold": [f"p{i}"], "neg": [f"p{(i + j) % len(KINGS)}" for j in (1, 2)]}
        for i, king in enumerate(KINGS)
    ]
    write_set(tmp_path, passages, questions)
    made = write(tmp_path, ["set"], tmp_path, "other", copies=2, seed=1)
    assert made == {"copies": 2 * len(KINGS), "questions": 2 * len(KINGS), "exchanged": 2 * len(KINGS)}
    before = [(tmp_path / f"other{ending}").read_bytes() for ending in (PASSAGES, QUESTIONS)]
    assert write(tmp_path, ["set"], tmp_path, "other", copies=2, seed=1) == made
    assert [(tmp_path / f"other{ending}").read_bytes() for ending in (PASSAGES, QUESTIONS)] == before
    corpus = Corpus(tmp_path, ["other"], tokenizer)
    assert not corpus.skipped.counts()
    for q in corpus.questions["other"]:
        (answer,) = q.answers
        original = KINGS[int(q.id.removeprefix("other/q").split("#")[0])]
        assert answer in KINGS and answer != original
        assert corpus.text[q.gold[0]] == f"{answer}: {answer} built a church."
        assert all(answer not in corpus.text[n] for n in q.negatives)
    assert len(list(read_rows(tmp_path / f"other{PASSAGES}", ("pid", "text")))) == 3 * len(KINGS)


def test_nothing_to_exchange_is_an_error(tmp_path: Path) -> None:
    write_set(tmp_path, [{"pid": "p", "title": "", "text": "a church"}], [{"id": "q", "question": "What?", "answers": ["a church"], "gold": ["p"]}])
    with pytest.raises(ValueError, match="no passage of set has an answer that can be exchanged"):
        write(tmp_path, ["set"], tmp_path, "other", copies=1, seed=1)
