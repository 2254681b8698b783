"""Operations are counted without weights as they are with them."""

from __future__ import annotations

from pathlib import Path

import torch
from refrag_train.cost import META, NoStates, encoding_operations, step_operations
from refrag_train.layout import ChunkRef, Row, Segment, collate, token_losses
from refrag_train.model import CompressedDecoder
from refrag_train.states import StateCache, encode_states
from test_model import SINK, make
from torch.utils.flop_counter import FlopCounterMode

ROW = Row([SINK, 7, ChunkRef("p", 0), ChunkRef("p", 1)], [Segment([3, 4, 5], [0.0, 1.0, 1.0])])
PASSAGE = list(range(10, 18))


def attention(tokens: int) -> int:
    """Two products, of scores and of values, in two layers of four heads of 16: on a CPU the counter misses the fused kernel."""
    return 2 * 2 * 2 * 4 * tokens**2 * 16


def test_a_step_and_its_encoding_cost_what_the_real_ones_do(tiny_base: Path, tmp_path: Path) -> None:
    model = make(tiny_base)
    (tmp_path / "config.json").write_text((tiny_base / "config.json").read_text())
    empty = CompressedDecoder(tmp_path, model.config, torch.float32, META)
    states = NoStates(64)
    counted = step_operations(empty, collate([ROW], 4, 64, states))
    batch = collate([ROW], 4, 64, StateCache(model, SINK, {"p": PASSAGE}.__getitem__))
    with FlopCounterMode(display=False) as real:
        token_losses(model, batch)[0].sum().backward()  # type: ignore[no-untyped-call]
    assert counted == real.get_total_flops() + attention(5)
    assert states.read == {"p"}
    with FlopCounterMode(display=False) as real:
        encode_states(model, SINK, [PASSAGE])
    assert encoding_operations(empty, [1 + len(PASSAGE)]) == real.get_total_flops() + attention(9)
