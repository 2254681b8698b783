"""Parity: figures that mean what they say, and a failure when one is outside its tolerance."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from refrag_train.export.bundle import BundleWriter
from refrag_train.export.reference import Reference, laid_out, model_of, pieces
from refrag_train.export.session import Bundle
from refrag_train.layout import ChunkRef, TokenRef
from refrag_train.model import causal_mask
from refrag_train.parity import GRAPH, Agreement, Case, compare, divergence
from test_export import ABOUT
from test_model import SINK, make

PERFECT = Agreement(vectors_cosine=1.0, logits_cosine=1.0, divergence=0.0, tokens=1.0)


def test_pieces_are_runs_of_tokens_and_of_vectors() -> None:
    vectors = {"p": np.arange(6, dtype=np.float32).reshape(3, 2)}
    states = {"p": -np.arange(12, dtype=np.float32).reshape(6, 2)}
    first, second, third = pieces([7, 8, ChunkRef("p", 0), ChunkRef("p", 2), TokenRef("p", 4), 9], vectors, states)
    assert first == [7, 8]
    np.testing.assert_array_equal(second, [*vectors["p"][[0, 2]], states["p"][4]])
    assert third == [9]


def test_divergence_is_zero_for_equal_rows_and_grows_with_their_distance() -> None:
    a = np.random.default_rng(1).standard_normal((3, 9)).astype(np.float32)
    near, far = a + 0.1 * a**2, a + a**2
    assert divergence(a, a) == pytest.approx(0)
    assert divergence(a, a + 5) == pytest.approx(0, abs=1e-6)  # logits have no origin
    assert 0 < divergence(a, near) < divergence(a, far)


@pytest.mark.parametrize("worse", ["vectors_cosine", "logits_cosine", "divergence", "tokens"])
def test_each_figure_outside_its_tolerance_is_named(worse: str) -> None:
    figures = PERFECT.__dict__ | {worse: 0.5}
    assert [m.split()[0] for m in Agreement(**figures).misses(GRAPH)] == [worse]
    assert PERFECT.misses(GRAPH) == []


def test_generating_with_a_cache_equals_reading_everything_again(tiny_base: Path) -> None:
    model = make(tiny_base)
    reference = Reference(model, SINK)
    prompt = [[5, 9, 33], reference.vectors(list(range(20, 31)), 4), [50]]
    logits, tokens = reference.generate(prompt, 4)
    raw = torch.tensor([[5, 9, 33, 50, *tokens[:-1]]])
    states = model.lower(raw, torch.arange(7)[None], causal_mask(7))[0].numpy()
    x = torch.from_numpy(laid_out([*prompt, tokens[:-1]], states))[None]
    with torch.no_grad():
        whole = model.logits(model.upper(x, torch.arange(10)[None], causal_mask(10))[0, -4:]).numpy()
    np.testing.assert_allclose(logits, whole, atol=1e-4)


def test_a_bundle_that_computes_something_else_misses(tiny_base: Path, tmp_path: Path) -> None:
    model = make(tiny_base)
    BundleWriter(tiny_base, model, tmp_path).write(ABOUT, {}, {})
    bundle = Bundle(tmp_path, quantised=False)
    case = Case([5, 9, ChunkRef("p", 0), ChunkRef("p", 1), 50], {"p": list(range(20, 28))})
    same = Reference(model_of(bundle, tiny_base), SINK)
    other = model_of(bundle, tiny_base)
    other.layers[2].down.weight += 0.3
    assert compare(same, bundle, [case], 4, SINK, 4).misses(GRAPH) == []
    assert compare(Reference(other, SINK), bundle, [case], 4, SINK, 4).misses(GRAPH)
