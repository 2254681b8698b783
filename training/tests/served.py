"""The tiny bundles that the Java runtime's tests open, with what PyTorch reads from them: python tests/served.py

Random decoders of both families: Llama with a head of its own, scaled positions and vectors before layer 0; Qwen2 with biases and
vectors before layer 1.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file

sys.path.insert(0, str(Path(__file__).parents[1]))

from refrag_train.base import DecoderConfig
from refrag_train.export.bundle import About, BundleWriter
from refrag_train.export.reference import Reference, model_of
from refrag_train.export.session import Bundle
from refrag_train.model import CompressedDecoder, ModelConfig

FOLDER = Path(__file__).parents[2] / "model-runtime" / "src" / "test" / "resources" / "bundles"
EXPECTED = "expected.json"
SPECIAL = ["<|im_start|>", "<|im_end|>"]
SINK, STEPS, K = 256, 6, 4
PASSAGE, BEFORE, CHUNKS, AFTER = list(range(60, 71)), [5, 9, 33], [0, 2], [50, 51]
CONFIG = {
    "hidden_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 16,
    "intermediate_size": 96,
    "vocab_size": 258,
    "rms_norm_eps": 1e-5,
    "max_position_embeddings": 1024,
    "hidden_act": "silu",
}
SCALED = {
    "rope_type": "llama3",
    "rope_theta": 10000.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}


@dataclass(frozen=True)
class Served:
    """A bundle: its decoder, its injection layer, the normalizer of its tokenizer."""

    name: str
    config: dict[str, Any]
    injection_layer: int
    normalizer: dict[str, str] | None


BUNDLES = (
    Served("llama", {"model_type": "llama", "tie_word_embeddings": False, "rope_parameters": SCALED}, 0, None),
    Served("qwen2", {"model_type": "qwen2", "tie_word_embeddings": True, "rope_theta": 10000.0}, 1, {"type": "NFC"}),
)


def base(served: Served, folder: Path) -> Path:
    """A Hugging Face folder with random weights, the same on every machine, and a tokenizer of single bytes."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(CONFIG | served.config))
    random = np.random.default_rng(7)

    def weight(name: str, shape: tuple[int, ...]) -> torch.Tensor:
        values = random.standard_normal(shape) * (0.3 if "bias" in name or "norm" in name else 0.15) + ("norm" in name)
        return torch.from_numpy(values.astype(np.float32))

    save_file({n: weight(n, s) for n, s in DecoderConfig.load(folder).tensors().items()}, folder / "model.safetensors")
    alphabet = sorted([*range(33, 127), *range(161, 173), *range(174, 256), *range(256, 256 + 68)])
    tokenizer = {
        "version": "1.0",
        "added_tokens": [
            {"id": 256 + i, "content": t, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
            for i, t in enumerate(SPECIAL)
        ],
        "normalizer": served.normalizer,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
        "post_processor": None,
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "model": {"type": "BPE", "vocab": {chr(c): i for i, c in enumerate(alphabet)}, "merges": []},
    }
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    return folder


def write(served: Served, folder: Path, work: Path) -> None:
    """The bundle, and in expected.json what PyTorch computes with its weights."""
    weights = base(served, work / served.name)
    config = ModelConfig(injection_layer=served.injection_layer, rank=2, chunk_sizes=(K,), pool_hidden=8)
    model = CompressedDecoder(weights, config)
    random = np.random.default_rng(8)
    with torch.no_grad():
        for p in model.parameters():  # adapters and pools that show
            p.copy_(torch.from_numpy((random.standard_normal(p.shape) * 0.1).astype(np.float32)))
    BundleWriter(weights, model, folder).write(About(name=served.name, version="1", base_model="random", licence="Apache-2.0"), {}, {})
    reference = Reference(model_of(Bundle(folder, quantised=False), weights), SINK)
    vectors = reference.vectors(PASSAGE, K)
    logits, tokens = reference.generate([BEFORE, vectors[CHUNKS], AFTER], STEPS)
    expected = {
        "passage": PASSAGE,
        "before": BEFORE,
        "chunks": CHUNKS,
        "after": AFTER,
        "vectors": vectors.round(5).tolist(),
        "tokens": tokens,
        "logits": logits.round(4).tolist(),
    }
    (folder / EXPECTED).write_text(json.dumps(expected, default=float) + "\n")


def main() -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as work:
        for served in BUNDLES:
            folder = FOLDER / served.name
            if (folder / EXPECTED).exists():
                (folder / EXPECTED).unlink()
            write(served, folder, Path(work))


if __name__ == "__main__":
    main()
