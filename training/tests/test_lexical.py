"""The choice of raw chunks follows the runtime's untrained policy."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from refrag_train.corpus import Corpus
from refrag_train.lexical import FADE_AFTER, FADE_BEFORE, LexicalChoice, nearness
from test_stage import data  # noqa: F401


def test_nearness_is_one_at_the_places_and_fades_slower_behind_them() -> None:
    found = nearness(6, [2, 3])
    expected = [np.exp(-2 / FADE_BEFORE), np.exp(-1 / FADE_BEFORE), 1, 1, np.exp(-1 / FADE_AFTER), np.exp(-2 / FADE_AFTER)]
    np.testing.assert_allclose(found, expected)


@pytest.fixture
def choice(data: Path, tokenizer: Any) -> LexicalChoice:  # noqa: F811
    return LexicalChoice(Corpus(data, ["set"], tokenizer), tokenizer)


def test_the_chunk_behind_the_words_of_the_question_comes_first_and_its_neighbours_next(choice: LexicalChoice) -> None:
    pids = ["set/p0", "set/p1"]
    assert choice.raw("what w1x3", pids, 4, 0.0) == [set(), {1}]
    assert choice.raw("what w1x3", pids, 4, 2 / 12) == [set(), {0, 1}]


def test_every_chunk_is_taken_at_a_share_of_one(choice: LexicalChoice) -> None:
    assert choice.raw("what w1x3", ["set/p0"], 5, 1.0) == [{0, 1, 2, 3, 4}]


def test_a_question_without_known_words_still_gets_its_share(choice: LexicalChoice) -> None:
    assert choice.raw("nothing of this", ["set/p0", "set/p1"], 4, 0.25) == [{0, 1, 2}, set()]


GOLDEN = Path(__file__).parents[2] / "model-runtime/src/test/resources/io/github/refragstreams/model/lexical-scores.json"


def test_scores_are_those_of_the_runtime() -> None:
    """One token per character; the runtime's own test compares with the same file."""
    golden = json.loads(GOLDEN.read_text())
    texts = {str(i): text for i, text in enumerate(golden["passages"])}
    corpus: Any = SimpleNamespace(text=texts, ids=lambda pid: [ord(c) for c in texts[pid]])
    choice = LexicalChoice(corpus, SimpleNamespace(decode=lambda ids: "".join(map(chr, ids))))
    scores = choice.scores(golden["question"], list(texts), golden["k"])
    for found, expected in zip(scores, golden["scores"], strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-6)
