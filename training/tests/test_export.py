"""Export: the same function in ONNX Runtime, the same bytes twice, a manifest that tells the truth."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from refrag_train.export.bundle import About, BundleWriter, check_size, digest, main
from refrag_train.export.quantize import blockwise, dequantise_blocks, merge, per_channel
from refrag_train.export.reference import Float, Pieces, Reference, forced, model_of
from refrag_train.export.session import Bundle
from refrag_train.model import CompressedDecoder
from refrag_train.parity import cosine
from refrag_train.policy.model import PolicyConfig, SelectionPolicy
from conftest import WordTokenizer
from test_model import SINK, make


ABOUT = About(name="tiny", version="1", base_model="random", licence="Apache-2.0")
UNTRAINED = """name = "untrained"
steps = 0
[model]
injection_layer = 1
rank = 4
chunk_sizes = [2, 4]
pool_hidden = 16
"""


@pytest.fixture
def model(tiny_base: Path) -> CompressedDecoder:
    return make(tiny_base)


@pytest.fixture
def bundle(model: CompressedDecoder, tiny_base: Path, tmp_path: Path) -> Path:
    BundleWriter(tiny_base, model, tmp_path / "bundle").write(ABOUT, {}, {})
    return tmp_path / "bundle"


PROMPT = [5, 9, 33, 41, 7, 8]


def test_int8_error_stays_within_half_a_step() -> None:
    weight = np.random.default_rng(1).standard_normal((32, 16)).astype(np.float32)
    quantised, scale = per_channel(weight)
    assert np.abs(quantised * scale - weight).max() <= scale.max() / 2 + 1e-6


def test_block_error_stays_within_half_a_step() -> None:
    weight = np.random.default_rng(1).standard_normal((7, 64)).astype(np.float32)
    quantised, scale = blockwise(weight)
    assert np.abs(dequantise_blocks(quantised, scale) - weight).max() <= scale.max() / 2 + 1e-6


def test_merging_adds_the_low_rank_update() -> None:
    r = np.random.default_rng(2)
    weight, a, b = (r.standard_normal(s).astype(np.float32) for s in ((16, 8), (2, 16), (8, 2)))
    quantised, scale = per_channel(weight)
    merged = merge(quantised, scale, a, b, 2.0)
    np.testing.assert_allclose(merged, quantised * scale + 2.0 * (b @ a).T, atol=1e-6)


def mixed(vectors: Float) -> Pieces:
    """Raw tokens, chunk vectors, raw tokens."""
    return [[5, 9, 33, 41, 7, 8], vectors, [50, 51]]


@pytest.mark.parametrize("k", [2, 4])
def test_the_fp32_graphs_compute_the_model_of_the_bundles_weights(bundle: Path, tiny_base: Path, k: int) -> None:
    runtime = Bundle(bundle, quantised=False)
    reference = Reference(model_of(runtime, tiny_base), SINK)
    passage = list(range(20, 31))  # its last chunk is short for either k
    own, theirs = reference.vectors(passage, k), runtime.encode(passage, k, SINK)
    np.testing.assert_allclose(theirs, own, atol=2e-3)  # states are rounded to half precision before pooling
    expected, tokens = reference.generate(mixed(own), 6)
    found = forced(runtime, mixed(own), tokens)
    np.testing.assert_allclose(found, expected, atol=0.03)  # the head rounds its input in both forms
    assert found.argmax(-1).tolist() == tokens


@pytest.mark.parametrize(("quantised", "least"), [(False, 0.999), (True, 0.995)])
def test_rounding_keeps_vectors_and_logits_near_the_trained_model(
    model: CompressedDecoder, bundle: Path, quantised: bool, least: float
) -> None:
    runtime, reference = Bundle(bundle, quantised), Reference(model, SINK)
    passage = list(range(20, 31))
    own, theirs = reference.vectors(passage, 4), runtime.encode(passage, 4, SINK)
    assert theirs.shape == (3, 64)
    assert cosine(own, theirs) > least
    expected, tokens = reference.generate(mixed(own), 4)
    assert cosine(expected, forced(runtime, mixed(theirs), tokens)) > least


def test_a_step_after_a_prefill_equals_one_prefill(bundle: Path) -> None:
    runtime = Bundle(bundle, quantised=False)
    low, high = runtime.lower_cache(), runtime.upper_cache()
    runtime.upper(runtime.lower(PROMPT[:-1], low), high)
    stepped = runtime.upper(runtime.lower(PROMPT[-1:], low), high)
    whole = runtime.upper(runtime.lower(PROMPT, runtime.lower_cache()), runtime.upper_cache())
    np.testing.assert_allclose(stepped, whole, atol=1e-4)


def test_exporting_twice_gives_the_same_bytes(model: CompressedDecoder, bundle: Path, tiny_base: Path, tmp_path: Path) -> None:
    BundleWriter(tiny_base, model, tmp_path / "again").write(ABOUT, {}, {})
    files = sorted(p.name for p in bundle.iterdir())
    assert len(files) == 14
    assert all(digest(bundle / f) == digest(tmp_path / "again" / f) for f in files)


def test_a_learned_policy_goes_along_and_is_named(model: CompressedDecoder, tiny_base: Path, tmp_path: Path) -> None:
    policy = SelectionPolicy(model.decoder.dimension, PolicyConfig(width=16, hidden=16, match_heads=2, match_size=4))
    BundleWriter(tiny_base, model, tmp_path / "with", policy).write(ABOUT, {}, {})
    manifest = json.loads((tmp_path / "with" / "manifest.json").read_text())
    assert manifest["policy"] == "policy.onnx"
    assert manifest["files"]["policy.onnx"]["bytes"] == (tmp_path / "with" / "policy.onnx").stat().st_size


def test_a_retraining_rewrites_adapter_pools_and_manifest_only(
    model: CompressedDecoder, bundle: Path, tiny_base: Path, tmp_path: Path
) -> None:
    with torch.no_grad():
        for p in model.parameters():
            p.mul_(1.5)
    BundleWriter(tiny_base, model, tmp_path / "retrained").write(replace(ABOUT, version="2"), {}, {})
    changed = {p.name for p in bundle.iterdir() if digest(p) != digest(tmp_path / "retrained" / p.name)}
    assert changed == {"adapter.bin", "pool.2.bin", "pool.4.bin", "manifest.json"}


def test_encoder_identity_follows_the_pools_and_not_the_adapter(
    model: CompressedDecoder, bundle: Path, tiny_base: Path, tmp_path: Path
) -> None:
    def identity(name: str, part: str) -> str:
        with torch.no_grad():
            for n, p in model.named_parameters():
                if part in n:
                    p.mul_(1.5)
        BundleWriter(tiny_base, model, tmp_path / name).write(ABOUT, {}, {})
        text: str = json.loads((tmp_path / name / "manifest.json").read_text())["encoder_id"]
        return text

    first = json.loads((bundle / "manifest.json").read_text())["encoder_id"]
    assert identity("adapter", "lora") == first
    assert identity("pools", "pool") != first


def test_manifest_lists_every_file_with_its_hash_and_size(bundle: Path) -> None:
    files = json.loads((bundle / "manifest.json").read_text())["files"]
    present = {p.name for p in bundle.iterdir()} - {"manifest.json"}
    assert files.keys() == present
    for name, entry in files.items():
        assert entry == {"sha256": digest(bundle / name), "bytes": (bundle / name).stat().st_size}


def test_a_folder_with_other_files_is_refused(model: CompressedDecoder, bundle: Path, tiny_base: Path) -> None:
    (bundle / "pool.8.bin").write_bytes(b"")
    with pytest.raises(ValueError, match="pool.8.bin"):
        BundleWriter(tiny_base, model, bundle).write(ABOUT, {}, {})


def test_a_bundle_too_large_for_the_repository_is_refused(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    total = sum(p.stat().st_size for p in bundle.iterdir())
    assert check_size(bundle) == total
    monkeypatch.setattr("refrag_train.export.bundle.MAX_FILE_BYTES", (bundle / "lower.bin").stat().st_size - 1)
    with pytest.raises(ValueError, match="lower.bin has"):
        check_size(bundle)
    monkeypatch.setattr("refrag_train.export.bundle.MAX_BUNDLE_BYTES", total - 1)
    with pytest.raises(ValueError, match=f"the bundle has {total}"):
        check_size(bundle)


def test_without_a_checkpoint_a_chunk_vector_is_the_mean_of_its_states(
    bundle: Path,
    tiny_base: Path,
    tokenizer: WordTokenizer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    config, out = tmp_path / "untrained.toml", tmp_path / "untrained"
    config.write_text(UNTRAINED)
    arguments = ["--base", str(tiny_base), "--config", str(config), "--injection-layer", "2", "--out", str(out), "--version", "0"]
    monkeypatch.setattr("sys.argv", ["export", *arguments])
    monkeypatch.setattr("transformers.AutoTokenizer.from_pretrained", lambda _: tokenizer)
    main()
    assert "14 files" in capsys.readouterr().out
    runtime = Bundle(out, quantised=False)
    states = runtime.lower([SINK, *range(20, 24)], runtime.lower_cache())[1:]
    np.testing.assert_allclose(runtime.encode(list(range(20, 24)), 4, SINK)[0], states.mean(0), atol=2e-3)
    assert digest(out / "upper.bin") == digest(bundle / "upper.bin")
