"""A bundle becomes a checkpoint again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from refrag_train.export.bundle import BundleWriter
from refrag_train.model import CompressedDecoder, ModelConfig
from refrag_train.prompt import PromptFormat
from refrag_train.restore import restore
from test_export import ABOUT, bundle, model  # noqa: F401


def test_trained_tensors_come_back_up_to_the_rounding_of_the_files(
    model: CompressedDecoder, bundle: Path, tiny_base: Path  # noqa: F811
) -> None:
    restored = restore(bundle, tiny_base)
    assert restored.config == model.config
    expected = model.trained()
    for name, tensor in restored.trained().items():
        step = expected[name].abs().max() / 127 if name.endswith("weight") else expected[name].abs().max() / 1024
        torch.testing.assert_close(tensor, expected[name], rtol=0, atol=float(step) / 2 + 1e-7)


def test_a_bundle_with_few_targets_and_an_opening_comes_back_as_one(tiny_base: Path, tmp_path: Path) -> None:
    opening = "Question: {question}\n\n"
    config = ModelConfig(injection_layer=2, rank=4, chunk_sizes=(4,), targets=("gate_up",), pool_hidden=16, opening=opening)
    about = replace(ABOUT, prompt=PromptFormat(opening=opening))
    BundleWriter(tiny_base, CompressedDecoder(tiny_base, config), tmp_path).write(about, {}, {})
    assert restore(tmp_path, tiny_base).config == config


def test_exporting_the_restored_model_gives_the_same_adapters(bundle: Path, tiny_base: Path, tmp_path: Path) -> None:  # noqa: F811
    BundleWriter(tiny_base, restore(bundle, tiny_base), tmp_path / "again").write(replace(ABOUT, version="2"), {}, {})
    assert (tmp_path / "again" / "adapter.bin").read_bytes() == (bundle / "adapter.bin").read_bytes()


def test_another_decoder_is_refused(bundle: Path, tiny_base: Path, tmp_path: Path) -> None:  # noqa: F811
    weights = torch.load(tiny_base / "base_fp32.pt", weights_only=True)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "config.json").write_text((tiny_base / "config.json").read_text().replace('"num_hidden_layers": 4', '"num_hidden_layers": 3'))
    torch.save(weights, tmp_path / "other" / "base_fp32.pt")
    with pytest.raises(ValueError, match="tensors differ from the model's: .*layers.3"):
        restore(bundle, tmp_path / "other")
