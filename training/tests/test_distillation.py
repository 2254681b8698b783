"""Distillation from the decoder that reads the gold passages raw."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from refrag_train.distillation import Distillation, DistillationConfig, distance, states_at
from refrag_train.layout import ChunkRef, Row, Segment, collate, hidden
from refrag_train.model import CompressedDecoder, ModelConfig
from refrag_train.states import StateCache

IDS = {"p": [10, 11, 12, 13, 14, 15, 16, 17], "other": [20, 21, 22, 23]}
ASKED = Segment([30, 31, 32, 33], [0.0, 0.0, 1.0, 1.0])
CONTINUED = Segment([40, 41, 42], [0.0, 0.5, 0.5])
SHOWN = Row([1, *IDS["p"]], [ASKED])
COMPRESSED = Row([1, ChunkRef("other", 0), ChunkRef("p", 0), ChunkRef("p", 1)], [ASKED, CONTINUED])
CONFIG = DistillationConfig(layers=(3, 4))


def make(base: Path) -> tuple[CompressedDecoder, StateCache]:
    torch.manual_seed(5)
    model = CompressedDecoder(base, ModelConfig(injection_layer=2, rank=4, chunk_sizes=(4,), pool_hidden=16))
    with torch.no_grad():
        for p in model.parameters():
            p.add_(torch.randn(p.shape) * 0.05)
    return model, StateCache(model, 1, IDS.__getitem__)


def test_states_end_with_those_of_the_whole_decoder(tiny_base: Path) -> None:
    model, states = make(tiny_base)
    batch = collate([COMPRESSED], 4, 64, states)
    found = states_at(model, batch, (3, 4))
    assert len(found) == 3
    torch.testing.assert_close(found[-1], hidden(model, batch))
    torch.testing.assert_close(found[1], found[2])


def test_distance_is_two_minus_twice_the_cosine() -> None:
    student, teacher = torch.tensor([[3.0, 0.0], [1.0, 1.0]]), torch.tensor([[5.0, 0.0], [-2.0, 2.0]])
    assert float(distance(student, teacher)) == pytest.approx((0.0 + 2.0) / 2)


def test_a_student_that_reads_what_the_teacher_is_shown_has_nothing_to_learn(tiny_base: Path) -> None:
    teacher, states = make(tiny_base)
    student, _ = make(tiny_base)
    same = Row(SHOWN.prefix, [ASKED, CONTINUED])
    batch = collate([same], 4, 64, states)
    distillation = Distillation(teacher, states, CONFIG)
    gap, divergence = distillation.losses(student, states_at(student, batch, CONFIG.layers), batch, same, SHOWN)
    assert gap.item() == pytest.approx(0.0, abs=1e-6)
    assert divergence.item() == pytest.approx(0.0, abs=1e-6)


def test_losses_compare_the_segments_of_both_rows_and_nothing_else(tiny_base: Path) -> None:
    """Against the plain form: cosines and divergences of the question's segment, position by position."""
    teacher, states = make(tiny_base)
    student, _ = make(tiny_base)
    batch, read = collate([COMPRESSED], 4, 64, states), collate([SHOWN], 4, 64, states)
    found = states_at(student, batch, CONFIG.layers)
    gap, divergence = Distillation(teacher, states, CONFIG).losses(student, found, batch, COMPRESSED, SHOWN)
    taught = states_at(teacher, read, CONFIG.layers)
    cosines, divergences = [], []
    for i, weight in enumerate(batch.weights[0, 4:8].tolist()):
        for layer in range(2):
            cosines.append(torch.cosine_similarity(found[layer][0, 4 + i], taught[layer][0, 9 + i], dim=0))
        if weight > 0:
            p = teacher.logits(taught[-1][0, 9 + i][None]).softmax(-1)
            q = student.logits(found[-1][0, 4 + i][None]).log_softmax(-1)
            divergences.append((p * (p.log() - q)).sum())
    assert len(divergences) == 2
    assert gap.item() == pytest.approx(float(2 - 2 * torch.stack(cosines).mean()), rel=1e-4)
    assert divergence.item() == pytest.approx(float(torch.stack(divergences).mean()), rel=1e-4)


def test_only_the_student_learns(tiny_base: Path) -> None:
    teacher, states = make(tiny_base)
    student, _ = make(tiny_base)
    batch = collate([COMPRESSED], 4, 64, states)
    found = states_at(student, batch, CONFIG.layers)
    gap, divergence = Distillation(teacher, states, CONFIG).losses(student, found, batch, COMPRESSED, SHOWN)
    torch.autograd.backward(gap + divergence)
    assert all(p.grad is None for p in teacher.parameters())
    assert any(p.grad is not None and float(p.grad.abs().sum()) > 0 for p in student.parameters())


@pytest.mark.parametrize(
    "layers, problem",
    [((), "needs one or more, rising"), ((4, 3), "needs one or more, rising")],
)
def test_layers_that_do_not_rise_are_refused(layers: tuple[int, ...], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        DistillationConfig(layers=layers)


@pytest.mark.parametrize("layers", [(2, 4), (3, 5)])
def test_layers_outside_the_trained_half_are_refused(layers: tuple[int, ...], tiny_base: Path) -> None:
    teacher, states = make(tiny_base)
    with pytest.raises(ValueError, match="vectors enter at 2, the decoder has 4"):
        Distillation(teacher, states, DistillationConfig(layers=layers))
