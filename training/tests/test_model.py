"""The compression model against plain forms of itself."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from refrag_train.layout import ChunkRef, Row, Segment, collate, hidden, token_losses
from refrag_train.model import CompressedDecoder, ModelConfig, causal_mask, grouped_attention
from refrag_train.states import StateCache, encode_states

SINK = 1


def make(base: Path, n: int = 2) -> CompressedDecoder:
    torch.manual_seed(5)
    model = CompressedDecoder(base, ModelConfig(injection_layer=n, rank=4, chunk_sizes=(2, 4), pool_hidden=16))
    with torch.no_grad():
        for p in model.parameters():  # away from the zero start, or adapters and pools would not show
            p.add_(torch.randn(p.shape) * 0.05)
    return model


def reference(base: Path, ids: torch.Tensor) -> torch.Tensor:
    """Logits of the library's own Llama for the same weights."""
    import json

    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(**json.loads((base / "config.json").read_text()))
    model = LlamaForCausalLM(config).eval()
    weights = torch.load(base / "base_fp32.pt", weights_only=True)
    model.load_state_dict(weights | {"lm_head.weight": weights["model.embed_tokens.weight"]})
    with torch.no_grad():
        logits: torch.Tensor = model(ids).logits
    return logits


def test_raw_tokens_through_both_halves_equal_the_library_decoder(tiny_base: Path) -> None:
    model = CompressedDecoder(tiny_base, ModelConfig(injection_layer=2, rank=4, chunk_sizes=(4,)))
    ids = torch.randint(3, 96, (2, 17), generator=torch.Generator().manual_seed(1))
    positions = torch.arange(17)[None].expand(2, -1)
    states = model.lower(ids, positions, causal_mask(17))
    logits = model.logits(model.upper(states, positions, causal_mask(17)).view(-1, 64)).view(2, 17, -1)
    torch.testing.assert_close(logits, reference(tiny_base, ids), atol=2e-4, rtol=1e-3)


def test_written_out_attention_equals_the_fused_kernel() -> None:
    torch.manual_seed(0)
    q, k, v = torch.randn(2, 6, 9, 8), torch.randn(2, 2, 9, 8), torch.randn(2, 2, 9, 8)
    with torch.no_grad():
        fused = grouped_attention(q, k, v, causal_mask(9))
    with torch.enable_grad():
        plain = grouped_attention(q, k, v, causal_mask(9))
    torch.testing.assert_close(plain, fused, atol=1e-5, rtol=1e-5)


def test_pooling_starts_at_the_mean_of_the_valid_states(tiny_base: Path) -> None:
    model = CompressedDecoder(tiny_base, ModelConfig(injection_layer=2, rank=4, chunk_sizes=(4,)))
    states = torch.randn(3, 4, 64)
    valid = torch.tensor([[1.0, 1, 1, 1], [1, 1, 0, 0], [1, 0, 0, 0]])
    vectors = model.pool(states, valid)
    expected = torch.stack([states[0].mean(0), states[1, :2].mean(0), states[2, 0]])
    torch.testing.assert_close(vectors, expected)


def test_pooled_vector_ignores_what_lies_beyond_a_short_chunk(tiny_base: Path) -> None:
    model = make(tiny_base)
    states = torch.randn(1, 4, 64)
    valid = torch.tensor([[1.0, 1, 0, 0]])
    noisy = states.clone()
    noisy[:, 2:] = 1e4
    torch.testing.assert_close(model.pool(noisy, valid), model.pool(states, valid))


def test_packed_segments_equal_lone_rows(tiny_base: Path) -> None:
    model = make(tiny_base)
    passages = {"p": list(range(10, 21))}
    cache = StateCache(model, SINK, passages.__getitem__)
    prefix = [SINK, 5, ChunkRef("p", 0), ChunkRef("p", 1), *passages["p"][8:], 7]
    segments = [Segment([30, 31, 32], [0.0, 1.0, 1.0]), Segment([40, 41], [0.0, 1.0])]
    packed = collate([Row(prefix, segments)], 4, 64, cache)
    lone = collate([Row(prefix, [s]) for s in segments], 4, 64, cache)
    together, _, _ = token_losses(model, packed)
    apart, _, _ = token_losses(model, lone)
    assert len(together) == 3
    torch.testing.assert_close(together, apart, atol=1e-4, rtol=1e-4)


def test_a_compressed_chunk_counts_one_position_above_and_none_below(tiny_base: Path) -> None:
    model = make(tiny_base)
    cache = StateCache(model, SINK, {"p": list(range(10, 18))}.__getitem__)
    batch = collate([Row([SINK, ChunkRef("p", 0), ChunkRef("p", 1), 9], [Segment([3, 4], [0.0, 1.0])])], 4, 64, cache)
    assert batch.positions.tolist() == [[0, 1, 2, 3, 4, 5]]
    assert batch.raw_positions.tolist() == [[0, 1, 2, 3]]
    assert batch.raw_ids.tolist() == [[SINK, 9, 3, 4]]


def test_states_do_not_depend_on_batch_mates(tiny_base: Path) -> None:
    model = make(tiny_base)
    short, long = list(range(5, 12)), list(range(3, 60))
    alone = encode_states(model, SINK, [short])[0]
    together = encode_states(model, SINK, [long, short])[1]
    assert torch.equal(alone, together)


def test_a_passage_is_read_in_windows(tiny_base: Path) -> None:
    model = make(tiny_base)
    ids = list(range(3, 23))
    whole = encode_states(model, SINK, [ids], window=8)[0]
    parts = [encode_states(model, SINK, [ids[o : o + 8]])[0] for o in (0, 8, 16)]
    assert whole.shape == (20, 64)
    torch.testing.assert_close(whole, torch.cat(parts), atol=2e-3, rtol=2e-3)


def test_only_targets_above_the_injection_have_adapters(tiny_base: Path) -> None:
    config = ModelConfig(injection_layer=3, rank=4, chunk_sizes=(4,), targets=("o", "gate_up"))
    adapted = {n.rsplit(".", 1)[0] for n in CompressedDecoder(tiny_base, config).trained() if "lora" in n}
    assert adapted == {"layers.3.o", "layers.3.gate_up"}


def test_gradient_reaches_adapters_and_the_pool_in_use_only(tiny_base: Path) -> None:
    model = make(tiny_base)
    cache = StateCache(model, SINK, {"p": list(range(10, 18))}.__getitem__)
    batch = collate([Row([SINK, ChunkRef("p", 0)], [Segment([3, 4], [0.0, 1.0])])], 4, 64, cache)
    hidden(model, batch).sum().backward()  # type: ignore[no-untyped-call]
    with_gradient = {n for n, p in model.named_parameters() if p.grad is not None and bool(p.grad.abs().sum() > 0)}
    assert any("layers.3" in n for n in with_gradient)
    assert any(n.startswith("pool.pools.4") for n in with_gradient)
    assert not any(n.startswith("pool.pools.2") for n in with_gradient)


def test_checkpoint_restores_the_same_function(tiny_base: Path, tmp_path: Path) -> None:
    model = make(tiny_base)
    model.save(tmp_path / "c.pt")
    again = CompressedDecoder.load(tiny_base, tmp_path / "c.pt")
    states, valid = torch.randn(2, 4, 64), torch.ones(2, 4)
    torch.testing.assert_close(again.pool(states, valid), model.pool(states, valid))


def test_checkpoint_of_another_shape_is_refused(tiny_base: Path) -> None:
    model = make(tiny_base)
    state = model.trained()
    state.pop(next(iter(state)))
    with pytest.raises(ValueError, match="c.pt: tensors differ"):
        model.load_trained(state, Path("c.pt"))
