"""Tiny random decoders and a word tokenizer, made on the spot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable

import pytest
import torch
from refrag_train.config import StageConfig
from refrag_train.stage import Stage

torch.set_num_threads(1)  # the decoders of these tests are too small to share

CONFIG = {
    "model_type": "llama",
    "tie_word_embeddings": True,
    "hidden_size": 64,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 16,
    "intermediate_size": 64,
    "vocab_size": 96,
    "rope_theta": 10000.0,
    "rms_norm_eps": 1e-5,
    "max_position_embeddings": 512,
}


TOKENIZER = {"model": {"type": "BPE"}, "normalizer": None, "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False}}


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base folder with random weights in Hugging Face names."""
    folder = tmp_path_factory.mktemp("base")
    (folder / "config.json").write_text(json.dumps(CONFIG))
    random = torch.Generator().manual_seed(3)

    def weight(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=random) * 0.1

    d, head, q, kv, f, v = 64, 16, 4, 2, 64, 96
    weights = {"model.embed_tokens.weight": weight(v, d), "model.norm.weight": 1 + weight(d)}
    for i in range(CONFIG["num_hidden_layers"]):  # type: ignore[call-overload]
        p = f"model.layers.{i}."
        weights |= {
            p + "input_layernorm.weight": 1 + weight(d),
            p + "post_attention_layernorm.weight": 1 + weight(d),
            p + "self_attn.q_proj.weight": weight(q * head, d),
            p + "self_attn.k_proj.weight": weight(kv * head, d),
            p + "self_attn.v_proj.weight": weight(kv * head, d),
            p + "self_attn.o_proj.weight": weight(d, q * head),
            p + "mlp.gate_proj.weight": weight(f, d),
            p + "mlp.up_proj.weight": weight(f, d),
            p + "mlp.down_proj.weight": weight(d, f),
        }
    torch.save(weights, folder / "base_fp32.pt")
    (folder / "tokenizer.json").write_text(json.dumps(TOKENIZER))
    return folder


FAMILIES = {
    "llama": {
        "tie_word_embeddings": False,
        "rope_parameters": {
            "rope_type": "llama3",
            "rope_theta": 10000.0,
            "factor": 8.0,
            "low_freq_factor": 1.0,
            "high_freq_factor": 4.0,
            "original_max_position_embeddings": 64,
        },
    },
    "qwen2": {"tie_word_embeddings": True},
}


@pytest.fixture(scope="session", params=FAMILIES)
def family(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random decoder of each family as Hugging Face saves it: Llama with its own head and scaled positions, Qwen2 with biases."""
    from transformers import AutoConfig, AutoModelForCausalLM

    folder = tmp_path_factory.mktemp(request.param)
    torch.manual_seed(11)
    settings = {k: v for k, v in CONFIG.items() if k != "rope_theta"} | FAMILIES[request.param] | {"model_type": request.param}
    model = AutoModelForCausalLM.from_config(AutoConfig.for_model(**settings))
    with torch.no_grad():
        for p in model.parameters():  # away from ones and zeros, or norms and biases would not show
            p.add_(torch.randn(p.shape) * 0.1)
    model.save_pretrained(folder)
    (folder / "tokenizer.json").write_text(json.dumps(TOKENIZER))
    return folder


class WordTokenizer:
    """Splits at spaces; ids by first sight, 0 to 2 reserved."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {"<|endoftext|>": 0, "<|im_start|>": 1, "<|im_end|>": 2}

    def convert_tokens_to_ids(self, token: str) -> int:
        return self._ids.setdefault(token, len(self._ids) % 96)

    def __call__(self, text: str, add_special_tokens: bool = True, split_special_tokens: bool = False) -> Any:
        return type("Encoding", (), {"input_ids": [self.convert_tokens_to_ids(w) for w in text.split()]})

    def decode(self, ids: list[int]) -> str:
        words = {i: w for w, i in self._ids.items()}
        return "".join(" " + words.get(i, "?") for i in ids)  # a random decoder says what nobody has written


@pytest.fixture
def tokenizer() -> WordTokenizer:
    return WordTokenizer()


STAGE = """name = "tiny"
steps = 8
adapter_rate = 1e-2
[model]
injection_layer = 2
rank = 4
chunk_sizes = [4]
pool_hidden = 8
[[reconstruction]]
sets = ["set"]
chunk_tokens = [4]
chunks = [1, 2]
tokens = 16
[[answering]]
sets = { set = 1 }
contexts = { compressed = 1, mixed = 1, raw = 1, states = 1, none = 1 }
chunk_tokens = [4]
passages = [1, 2]
continuations = 1
max_raw_tokens = 300
"""


@pytest.fixture
def tiny_stage(tiny_base: Path, tokenizer: WordTokenizer, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Stage]:
    """Makes a stage over the set named `set`: its data folder, its run folder, (old, new) texts of its configuration, a policy's checkpoint."""
    import transformers

    monkeypatch.setattr(transformers.AutoTokenizer, "from_pretrained", lambda _: tokenizer)

    def make(
        data: Path,
        folder: Path,
        *changes: tuple[str, str],
        init: Path | None = None,
        base: Path = tiny_base,
        policy: Path | None = None,
    ) -> Stage:
        text = STAGE
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = folder.parent / f"{folder.name}.toml"
        path.write_text(text)
        return Stage(StageConfig.read(path), base, data, folder, init, torch.float32, policy=policy)

    return make
