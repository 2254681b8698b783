"""The probe compares right vectors with another passage's, over the same tokens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from refrag_train.corpus import Corpus
from refrag_train.layout import ChunkRef, Row, Segment
from refrag_train.probe import exchanged, found, probe
from refrag_train.prompt import Prompt
from refrag_train.states import StateCache
from test_model import SINK, make
from test_stage import data  # noqa: F401


def test_exchanged_rows_keep_tokens_and_take_other_chunks() -> None:
    rows = [Row([1, ChunkRef(p, 0)], [Segment([n], [1.0])]) for n, p in enumerate("abc")]
    swapped = exchanged(rows)
    assert [r.segments for r in swapped] == [r.segments for r in rows]
    assert [r.prefix[1] for r in swapped] == [ChunkRef("b", 0), ChunkRef("c", 0), ChunkRef("a", 0)]


def test_figures_of_a_random_model(tiny_base: Path, data: Path, tokenizer: Any) -> None:  # noqa: F811
    corpus = Corpus(data, ["set"], tokenizer)
    model = make(tiny_base)
    figures = probe(model, StateCache(model, SINK, corpus.ids), corpus, Prompt(tokenizer), 4, 6, seed=1)
    assert figures.keys() == {"loss_right", "loss_wrong", "loss_none", "rebuilt", "rebuilt_wrong", "rebuilt_none"}
    assert 0 <= figures["rebuilt"] <= 1
    assert figures["loss_right"] != figures["loss_wrong"]


def test_what_is_sought_is_read_in_the_prompt(tiny_base: Path, data: Path, tokenizer: Any) -> None:  # noqa: F811
    corpus = Corpus(data, ["set"], tokenizer)
    model = make(tiny_base)
    figures = found(model, StateCache(model, SINK, corpus.ids), corpus, Prompt(tokenizer), 4, 2, seed=1, count=5)
    losses = {f"loss_{part}_{name}" for part in ("first", "after") for name in ("right", "wrong", "raw")}
    assert figures.keys() == losses | {name.removeprefix("loss_") for name in losses}
    assert len({figures[name] for name in losses}) == 6
