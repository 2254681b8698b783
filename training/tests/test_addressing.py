"""Heads that learn to look where the next token stands."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
import torch
from refrag_train.addressing import LEAST, AddressingConfig, addressing_loss, attention_to_sources
from refrag_train.config import StageConfig
from refrag_train.corpus import Corpus
from refrag_train.distillation import states_at
from refrag_train.layout import Batch, ChunkRef, Row, Segment, TokenRef, collate, sources
from refrag_train.model import CompressedDecoder
from refrag_train.spelling import Spelling, tokens_between
from refrag_train.tasks.sources import AnswerSources
from test_distillation import make
from test_stage import answering, data, write_set  # noqa: F401

MODEL = {"injection_layer": 2, "rank": 4, "chunk_sizes": [4]}
CHUNKS = [1, ChunkRef("other", 0), ChunkRef("p", 0), ChunkRef("p", 1)]
SEGMENT = Segment([30, 12, 16, 31], [0.0, 1.0, 1.0, 1.0], [None, TokenRef("p", 2), TokenRef("p", 6), None])
ROW = Row(CHUNKS, [Segment([9, 9], [0.0, 1.0]), SEGMENT])


def read(base: Path, layers: tuple[int, ...]) -> tuple[CompressedDecoder, Batch, list[torch.Tensor]]:
    model, states = make(base)
    batch = collate([ROW, Row(CHUNKS[:2], [SEGMENT])], 4, 64, states)
    return model, batch, states_at(model, batch, layers)


def test_sources_are_chunks_and_states_of_the_prefix() -> None:
    assert sources(ROW, 4) == [(7, 2), (8, 3)]
    assert sources(Row([1, TokenRef("p", 6), ChunkRef("p", 0)], [SEGMENT]), 4) == [(4, 2), (5, 1)]


def test_what_the_prefix_has_raw_or_not_at_all_has_no_source() -> None:
    assert sources(Row([1, 10, 11, 12, 13], [SEGMENT]), 4) == []


def test_the_first_token_of_a_segment_is_predicted_by_none_of_its_own() -> None:
    assert sources(Row(CHUNKS, [Segment([12], [1.0], [TokenRef("p", 2)])]), 4) == []


def test_a_source_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="2 tokens but 1 sources"):
        Segment([1, 2], [0.0, 1.0], [None])


def test_attention_is_that_of_the_token_before_to_the_chunk(tiny_base: Path) -> None:
    """Against the plain form: a softmax over what the position sees, head by head."""
    config = AddressingConfig(heads=((2, 0), (3, 0)))
    model, batch, states = read(tiny_base, config.layers)
    attention = attention_to_sources(model, states, batch, config)
    assert attention.shape == (2, 2)
    decoder = model.decoder
    group = decoder.heads // decoder.kv_heads
    for l, layer in enumerate(config.layers):
        q, k, _ = model.layers[layer]._heads(states[l], model._rope(batch.positions))
        for c, (at, place) in enumerate([(6, 2), (7, 3)]):
            seen = [0, 1, 2, 3, *range(6, at + 1)]  # the prefix, and its own segment so far
            masses = []
            for head in range(group):
                scores = torch.stack([q[0, head, at] @ k[0, 0, s] for s in seen]) / decoder.head_size**0.5
                masses.append(scores.softmax(0)[seen.index(place)])
            assert float(attention[l, c].detach()) == pytest.approx(float(torch.stack(masses).mean().detach()), rel=1e-4)


def test_the_loss_falls_when_heads_look_there(tiny_base: Path) -> None:
    config = AddressingConfig(heads=((2, 0),))
    model, batch, _ = read(tiny_base, config.layers)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    losses = []
    for _ in range(5):
        loss = addressing_loss(attention_to_sources(model, states_at(model, batch, config.layers), batch, config))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < losses[0]


def test_the_loss_is_minus_the_mean_log_down_to_the_least() -> None:
    assert float(addressing_loss(torch.tensor([[0.5, 0.0]]))) == pytest.approx((-torch.tensor([0.5, LEAST]).log()).mean().item())


@pytest.mark.parametrize(
    ("addressing", "message"),
    [
        ({"heads": []}, "it needs one or more"),
        ({"heads": [[3, 0], [2, 0]]}, "rising"),
        ({"heads": [[3, 0]], "weight": 0.0}, "expected above 0"),
    ],
)
def test_settings_that_cannot_be_are_refused(addressing: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        StageConfig.of({"name": "a", "steps": 1, "model": MODEL, "addressing": addressing})


@pytest.mark.parametrize("head", [(1, 0), (99, 0), (2, 99), (2, -1)])
def test_heads_that_the_decoder_has_not_above_its_vectors_are_refused(tiny_base: Path, head: tuple[int, int]) -> None:
    model, _ = make(tiny_base)
    with pytest.raises(ValueError, match="expected layers from 2 to"):
        AddressingConfig(heads=(head,)).check(model.config, model.decoder)


def test_a_teacher_beside_it_is_refused() -> None:
    both = {"addressing": {"heads": [[3, 0]]}, "distillation": {"layers": [3]}}
    with pytest.raises(ValueError, match="not both"):
        StageConfig.of({"name": "a", "steps": 1, "model": MODEL, **both})


def test_an_answer_is_looked_up_in_the_passage_that_gives_it(tmp_path: Path, tokenizer: Any) -> None:
    text = "Oslo is not the Capital of Norway but Oslo is."
    write_set(
        tmp_path,
        [{"pid": "p0", "title": "", "text": text}, {"pid": "p1", "title": "", "text": "Oslo"}],
        [{"id": "q0", "question": "what", "answers": ["capital of Norway"], "gold": ["p0"], "neg": ["p1"]}],
    )
    corpus = Corpus(tmp_path, ["set"], tokenizer)
    (question,) = corpus.questions["set"]
    spelling = Spelling(corpus, tokenizer)
    sources_of = AnswerSources(corpus, tokenizer).of

    def spelled(found: list[TokenRef | None]) -> str:
        spelt, ends = spelling.of("set/p0")
        starts = [0, *ends[:-1].tolist()]
        return "".join(spelt[starts[f.index] : ends[f.index]] for f in found if f is not None)

    (pid,) = question.gold
    size = len(tokens_between(spelling.of(pid)[1], 16, 33))
    whole = sources_of(question.gold, "capital of Norway", size)
    assert None not in whole and {f.pid for f in whole if f is not None} == {pid}
    assert spelled(whole).strip() == "Capital of Norway"
    # In other tokens than the passage has: only where it begins is known.
    other = sources_of(question.gold, "capital of Norway", size + 1)
    assert [f is None for f in other] == [False, *[True] * size]
    assert other[0] == whole[0]
    assert sources_of(question.gold, "Nor", 1) == [None]
    assert sources_of(question.gold, "Bergen", 2) == [None, None]


def test_a_stage_with_addressing_tells_where_answers_stand(data: Path, tokenizer: Any) -> None:  # noqa: F811
    corpus = Corpus(data, ["set"], tokenizer)
    row = answering(corpus, tokenizer, sources=AnswerSources(corpus, tokenizer)).sample(random.Random(1), 0.0).rows[0]
    for segment in row.segments:
        assert segment.sources is not None
        learned = [i for i, w in enumerate(segment.weights) if w > 0]
        assert [i for i, s in enumerate(segment.sources) if s is not None] <= learned
        for i, source in enumerate(segment.sources):
            if source is not None and i > learned[0]:
                assert corpus.ids(source.pid)[source.index] == segment.ids[i]
    plain = answering(corpus, tokenizer).sample(random.Random(1), 0.0).rows[0]
    assert [s.ids for s in plain.segments] == [s.ids for s in row.segments]
