"""A separate encoder: each chunk's text alone, through training, evaluation and export."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Callable

import numpy as np
import pytest
import served
import torch
from refrag_train.config import StageConfig
from refrag_train.encoder import ChunkTexts, TextEncoder
from refrag_train.export.bundle import BundleWriter
from refrag_train.export.reference import Reference, model_of
from refrag_train.export.session import Bundle
from refrag_train.layout import ChunkRef, Row, Segment, TokenRef, collate, hidden
from refrag_train.model import CompressedDecoder, ModelConfig
from refrag_train.parity import GRAPH, SERVED, Case, compare
from refrag_train.restore import restore
from refrag_train.stage import Stage
from refrag_train.states import StateCache, encoder_inputs
from test_export import ABOUT
from test_stage import assert_same_bits, data, stop_after  # noqa: F401
from test_prompt import CHATML, chatting

SINK = served.SINK
CONFIG = ModelConfig(injection_layer=0, rank=2, chunk_sizes=(4, 8), encoder="separate")
PASSAGE = list(b"a small passage of some bytes")


@pytest.fixture(scope="module", params=["bert", "roberta"])
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random decoder that reads single bytes, and in its folder a random encoder that reads characters."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import AutoConfig, AutoModel

    folder = served.base(served.BUNDLES[1], tmp_path_factory.mktemp(request.param) / "base")
    torch.manual_seed(2)
    sizes = {"hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32, "max_position_embeddings": 64}
    config = AutoConfig.for_model(request.param, vocab_size=130, pad_token_id=1, initializer_range=0.5, **sizes)
    AutoModel.from_config(config).save_pretrained(folder / "encoder")
    tokenizer = Tokenizer(models.WordLevel({"[CLS]": 0, "[SEP]": 1, "?": 2} | {chr(c): c for c in range(32, 127)}, unk_token="?"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 0), ("[SEP]", 1)])
    tokenizer.save(str(folder / "encoder" / "tokenizer.json"))
    return folder


def ids_of(folder: Path, text: str) -> list[int]:
    from tokenizers import Tokenizer

    ids: list[int] = Tokenizer.from_file(str(folder / "tokenizer.json")).encode(text).ids
    return ids


def make(base: Path) -> CompressedDecoder:
    torch.manual_seed(4)
    model = CompressedDecoder(base, CONFIG)
    with torch.no_grad():
        for name, p in model.named_parameters():
            if "lora" in name:
                p.add_(torch.randn(p.shape) * 0.05)
    return model


@torch.no_grad()
def test_a_chunks_vector_is_the_projected_mean_of_its_text_read_alone(base: Path) -> None:
    model = make(base)
    ids = ids_of(base, "a small passage of text")  # 23 characters: the last chunk is short
    inputs = encoder_inputs(model, SINK, lambda _: ids)
    vectors = model.pool(*inputs.chunks([ChunkRef("p", c) for c in range(6)], 4))
    encoder = model.pool
    assert isinstance(encoder, TextEncoder)
    for c, text in enumerate(["a sm", "all ", "pass", "age ", "of t", "ext"]):
        read = torch.tensor([[0, *map(ord, text), 1]])
        mean = encoder.model(input_ids=read).last_hidden_state[0].mean(0)
        expected = encoder.out(torch.nn.functional.gelu(encoder.hidden(mean)))
        torch.testing.assert_close(vectors[c], expected, atol=1e-5, rtol=1e-4)


def test_gradient_reaches_the_encoder(base: Path) -> None:
    model = make(base)
    inputs = encoder_inputs(model, SINK, lambda _: ids_of(base, "some words here"))
    batch = collate([Row([SINK, ChunkRef("p", 0)], [Segment([3, 4], [0.0, 1.0])])], 4, 64, inputs)
    hidden(model, batch).sum().backward()  # type: ignore[no-untyped-call]
    reached = {n for n, p in model.named_parameters() if p.grad is not None and bool(p.grad.abs().sum() > 0)}
    assert {"pool.hidden.weight", "pool.model.embeddings.word_embeddings.weight"} <= reached


def test_a_bundle_computes_what_the_model_does(base: Path, tmp_path: Path) -> None:
    model = make(base)
    BundleWriter(base, model, tmp_path).write(ABOUT, {}, {})
    assert {"encoder.onnx", "encoder.tokenizer.json"} <= {p.name for p in tmp_path.iterdir()}
    assert json.loads((tmp_path / "manifest.json").read_text())["encoder"] == "encoder.onnx"
    bundle = Bundle(tmp_path, quantised=False)
    ids = ids_of(base, "a small passage")
    cases = [Case([5, 9, ChunkRef("p", 0), ChunkRef("p", 2), ChunkRef("p", 3), 60, 80], {"p": ids})]
    assert isinstance(model.pool, TextEncoder)
    rounded = Reference(model_of(bundle, base, model.pool), SINK)
    # Likeliest tokens of a random decoder are nearly tied, so that they are not compared.
    assert compare(rounded, bundle, cases, 4, SINK, 4).misses(replace(GRAPH, tokens=0.0)) == []
    assert compare(Reference(model, SINK), Bundle(tmp_path), cases, 4, SINK, 4).misses(replace(SERVED, tokens=0.0)) == []
    np.testing.assert_allclose(bundle.encode(ids, 8, SINK), Reference(model, SINK).vectors(ids, 8), atol=1e-4)
    with pytest.raises(ValueError, match="has a separate encoder, which pools no states"):
        bundle.pooled(np.zeros((4, 64), np.float32), 4)
    with pytest.raises(ValueError, match="has a separate encoder, whose weights are in its graph only"):
        restore(tmp_path, base)


STAGE = """name = "paper"
steps = 60
pool_rate = 3e-3
[model]
injection_layer = 0
rank = 2
chunk_sizes = [4]
encoder = "separate"
[[reconstruction]]
sets = ["set"]
chunk_tokens = [4]
chunks = [1, 2]
tokens = 32
[[answering]]
weight = 0.2
sets = { set = 1 }
contexts = { compressed = 1 }
chunk_tokens = [4]
max_raw_tokens = 300
"""


@pytest.fixture
def stage(base: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Stage]:  # noqa: F811
    """Makes the stage in a folder of tmp_path."""
    tokenizer = chatting(CHATML, ["<|im_start|>", "<|im_end|>"])
    monkeypatch.setattr("transformers.AutoTokenizer.from_pretrained", lambda _: tokenizer)
    config = tmp_path / "stage.toml"
    config.write_text(STAGE)
    return lambda name: Stage(StageConfig.read(config), base, data, tmp_path / name, None, torch.float32)


def test_training_lowers_the_loss_and_goes_on_to_the_same_bits(stage: Callable[[str], Stage], tmp_path: Path) -> None:
    stage("whole").run()
    log = [json.loads(line) for line in (tmp_path / "whole" / "log.jsonl").read_text().splitlines()]
    assert log[0]["loss"]["rebuild4"] < 5.5  # the logarithm of 258 is 5.6
    stop_after(stage("parts"), 25)
    stage("parts").run()
    expected, found = (torch.load(tmp_path / run / "checkpoint.pt", weights_only=True) for run in ("whole", "parts"))
    for saved in (expected, found):
        del saved["seconds"]
    assert_same_bits(found, expected)


def test_what_needs_states_of_tokens_is_refused(base: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="token states are those of a shared encoder; this model has a separate one"):
        StateCache(make(base), SINK, lambda _: PASSAGE)
    texts = ChunkTexts(base / "encoder" / "tokenizer.json", base / "tokenizer.json", lambda _: PASSAGE)
    with pytest.raises(ValueError, match="no states of single tokens"):
        texts.tokens([TokenRef("p", 0)])
    path = tmp_path / "c.toml"
    path.write_text(STAGE.replace("compressed = 1", "states = 1"))
    with pytest.raises(ValueError, match="states are those of a shared encoder; the model's is separate"):
        StageConfig.read(path)


@pytest.mark.parametrize("kind", ["mixed", "Shared"])
def test_an_unknown_encoder_is_refused(kind: Any, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"encoder is '{kind}'; expected shared or separate"):
        replace(CONFIG, encoder=kind)


def test_an_encoder_of_another_family_is_refused(base: Path, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "t5"}')
    with pytest.raises(ValueError, match="config.json: model_type is t5; expected bert or roberta"):
        TextEncoder(tmp_path, 64, torch.float32)
