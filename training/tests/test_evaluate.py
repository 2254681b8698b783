"""Evaluation systems differ from each other in exactly what their names say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from refrag_train.corpus import Corpus
from refrag_train.evaluate import Answer, Evaluation, System, above
from refrag_train.layout import ChunkRef, Entry, TokenRef
from refrag_train.model import CompressedDecoder, ModelConfig
from refrag_train.prompt import Prompt
from refrag_train.states import StateCache
from test_stage import data  # noqa: F401


@pytest.fixture
def evaluation(data: Path, tokenizer: Any) -> Evaluation:  # noqa: F811
    corpus, prompt = Corpus(data, ["set"], tokenizer), Prompt(tokenizer)
    return Evaluation(corpus, prompt, tokenizer, limit=2, passages=2, seed=7)


def chunks(entries: list[Entry]) -> list[ChunkRef]:
    return [e for e in entries if isinstance(e, ChunkRef)]


def test_unknown_system_is_refused() -> None:
    with pytest.raises(ValueError, match="compresed@4"):
        System.parse("compresed@4")


def test_raw_has_every_token_and_compressed_every_chunk(evaluation: Evaluation) -> None:
    raw = evaluation.entries(0, System.parse("raw"))
    compressed = evaluation.entries(0, System.parse("compressed@4"))
    assert not chunks(raw)
    assert len(chunks(compressed)) == 12
    assert len(raw) - len(compressed) == 12 * 3


def test_shuffled_keeps_the_layout_and_takes_other_vectors(data: Path, tokenizer: Any) -> None:  # noqa: F811
    corpus, prompt = Corpus(data, ["set"], tokenizer), Prompt(tokenizer)
    one_passage = Evaluation(corpus, prompt, tokenizer, limit=2, passages=1, seed=7)
    compressed = one_passage.entries(0, System.parse("compressed@4"))
    shuffled = one_passage.entries(0, System.parse("shuffled@4"))
    assert len(shuffled) == len(compressed)
    assert {c.pid for c in chunks(shuffled)}.isdisjoint({c.pid for c in chunks(compressed)})


def test_shuffled_needs_another_question(data: Path, tokenizer: Any) -> None:  # noqa: F811
    alone = Evaluation(Corpus(data, ["set"], tokenizer), Prompt(tokenizer), tokenizer, limit=1, passages=1, seed=7)
    with pytest.raises(ValueError, match="there is 1 question"):
        alone.entries(0, System.parse("shuffled@4"))


def test_mixed_keeps_the_chunk_after_the_words_of_the_question_and_only_drops_the_rest(evaluation: Evaluation) -> None:
    mixed = evaluation.entries(0, System.parse("mixed@4:0.1"))
    only = evaluation.entries(0, System.parse("only@4:0.1"))
    assert len(chunks(mixed)) == 11
    assert not chunks(only)
    gold = evaluation.questions[0].gold[0]
    prompt = evaluation._prompt
    assert only == [*prompt.head, *prompt.label(0), *evaluation._corpus.ids(gold)[4:8]]
    assert {c.index for c in chunks(mixed) if c.pid == gold} == {0, 2, 3, 4, 5}


def test_token_states_stand_where_raw_tokens_would(evaluation: Evaluation) -> None:
    for states, raw in (("states", "raw"), ("mixed-states@4:0.1", "mixed@4:0.1"), ("only-states@4:0.1", "only@4:0.1")):
        own = evaluation.entries(0, System.parse(states))
        read = [evaluation._corpus.ids(e.pid)[e.index] if isinstance(e, TokenRef) else e for e in own]
        assert read == evaluation.entries(0, System.parse(raw))
        assert any(isinstance(e, TokenRef) for e in own)


def test_figures_are_finite_and_positions_counted(evaluation: Evaluation, tiny_base: Path, tokenizer: Any) -> None:
    model = CompressedDecoder(tiny_base, ModelConfig(injection_layer=2, rank=4, chunk_sizes=(4,)))
    states = StateCache(model, 1, lambda pid: evaluation._corpus.ids(pid))
    compressed = evaluation.run(model, states, System.parse("compressed@4"))
    none = evaluation.run(model, states, System.parse("none"))
    expanded = evaluation.run(model, states, System.parse("mixed-states@4:0.2"))
    assert 0 < expanded["loss"] < 20
    assert 0 < compressed["loss"] < 20
    assert compressed["positions"] > none["positions"]


def test_differences_are_those_of_the_same_questions() -> None:
    own = [Answer(loss, 0, 0, 0) for loss in (2.0, 5.0)]
    rival = [Answer(loss, 0, 0, 0) for loss in (1.5, 4.5)]
    assert above(own, rival, seed=7) == [0.5, 0.5, 0.5]
