"""Writes a bundle: python -m refrag_train.export --base BASE --checkpoint FILE --out FOLDER --version VERSION

With --config instead of --checkpoint: the untrained model, whose adapters and learned poolings are zero (a chunk vector is the mean of its states).

Files of untouched base weights (lower.bin, upper.bin, embedding.bin) and the graphs do not depend on the
checkpoint: a retraining rewrites adapter.bin, pool.*.bin, policy.onnx and manifest.json only.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from refrag_train.base import DecoderConfig, check_tokenizer, load_weights
from refrag_train.config import StageConfig
from refrag_train.encoder import TextEncoder
from refrag_train.export.graphs import DecoderGraph, pooling
from refrag_train.export.quantize import blockwise, per_channel
from refrag_train.export.record import evaluation, read_lines, reads_token_states
from refrag_train.export.text_encoder import export_encoder
from refrag_train.export.weights import Place, WeightFile
from refrag_train.model import WINDOW, CompressedDecoder
from refrag_train.policy.export import export_policy
from refrag_train.policy.model import SelectionPolicy
from refrag_train.prompt import PromptFormat

ROTARY_POSITIONS = 17_408
FORMAT_VERSION = 3  # 2: zero points of 8-bit weights are said; 3: prompts have an opening
MANIFEST = "manifest.json"
CARD = "README.md"  # stands beside the bundle's files and is none of them
POLICY = "policy.onnx"
ENCODER, ENCODER_TOKENIZER = "encoder.onnx", "encoder.tokenizer.json"
MAX_FILE_BYTES, MAX_BUNDLE_BYTES = 95_000_000, 170_000_000  # what a repository and its hosts take without large-file storage


def linears(base: dict[str, Tensor], layer: int) -> dict[str, NDArray[np.float32]]:
    """The linear maps of a layer as [in, out]."""

    def t(name: str) -> NDArray[np.float32]:
        array: NDArray[np.float32] = base[f"model.layers.{layer}.{name}.weight"].float().numpy().T
        return array

    return {
        "qkv": np.concatenate([t(f"self_attn.{c}_proj") for c in "qkv"], 1),
        "o": t("self_attn.o_proj"),
        "gate": t("mlp.gate_proj"),
        "up": t("mlp.up_proj"),
        "down": t("mlp.down_proj"),
    }


@dataclass(frozen=True, kw_only=True)
class About:
    """What a manifest says of a bundle besides its files. licence, base_model: of the base weights. chunk_tokens: k where nobody asks
    for another one; None: the smallest."""

    name: str
    version: str
    base_model: str
    licence: str
    prompt: PromptFormat = PromptFormat()
    chunk_tokens: int | None = None


class BundleWriter:
    """Writes the files of one bundle into a folder."""

    def __init__(self, base: Path, model: CompressedDecoder, out: Path, policy: SelectionPolicy | None = None) -> None:
        """policy: the learned one; without it chunks are scored lexically."""
        self._base, self._model, self._out, self._policy = base, model, out, policy
        self._config: DecoderConfig = model.decoder
        self._files: list[WeightFile] = []
        self._names: list[str] = []

    def write(self, about: About, training: dict[str, Any], evaluation: dict[str, Any]) -> None:
        self._out.mkdir(parents=True, exist_ok=True)
        self._names = self._expected()
        strange = sorted({p.name for p in self._out.iterdir()} - {*self._names, MANIFEST, CARD})
        if strange:
            raise ValueError(f"{self._out} holds {', '.join(strange)}, which this bundle has not; remove it or choose another folder")
        n, layers = self._model.config.injection_layer, self._config.layers
        weights = load_weights(self._base, self._config)
        tables = [self._table("embedding.bin", "embed", weights["model.embed_tokens.weight"])]
        if not self._config.tied:
            tables.append(self._table("head.bin", "head", weights["lm_head.weight"]))
        lower, upper = self._half("lower.bin", weights, 0, n), self._half("upper.bin", weights, n, layers)
        upper.add("norm", weights["model.norm.weight"].float().numpy())
        places: dict[str, Place] = {}
        for file in (*tables, lower, upper):
            places |= file.places
            self._keep(file)
        for quantised, suffix in ((True, ""), (False, ".fp32")):
            graph = DecoderGraph(self._config, places, quantised, ROTARY_POSITIONS)
            graph.lower(n, str(self._out / f"lower{suffix}.onnx"))
            graph.upper(n, str(self._out / f"upper{suffix}.onnx"))
        if isinstance(self._model.pool, TextEncoder):
            export_encoder(self._model.pool, self._out / ENCODER)
            shutil.copyfile(self._model.pool.folder / "tokenizer.json", self._out / ENCODER_TOKENIZER)
        else:
            self._pools()
        adapter = self._adapter()
        self._keep(adapter)
        if self._policy is not None:
            export_policy(self._policy, self._out / POLICY)
        shutil.copyfile(self._base / "tokenizer.json", self._out / "tokenizer.json")
        self._manifest(about, training, evaluation)

    def _expected(self) -> list[str]:
        """Names of all files but the manifest."""
        names = ["tokenizer.json", "embedding.bin", "lower.bin", "upper.bin", "adapter.bin"]
        names += [POLICY] if self._policy is not None else []
        names += [] if self._config.tied else ["head.bin"]
        names += [f"{half}{form}.onnx" for half in ("lower", "upper") for form in ("", ".fp32")]
        return sorted(names + self._encoder())

    def _encoder(self) -> list[str]:
        """Names of the files that only the encoder reads, not the decoder."""
        if isinstance(self._model.pool, TextEncoder):
            return [ENCODER, ENCODER_TOKENIZER]
        return [f"pool.{k}.{x}" for k in self._model.config.chunk_sizes for x in ("bin", "onnx")]

    def _keep(self, file: WeightFile) -> None:
        file.write(self._out)
        self._files.append(file)

    def _table(self, name: str, tensor: str, rows: Tensor) -> WeightFile:
        """A table [vocabulary, d]."""
        file = WeightFile(name)
        quantised, scale = blockwise(rows.float().numpy())
        file.add(tensor + ".q", quantised)
        file.add(tensor + ".s", scale)
        return file

    def _half(self, name: str, weights: dict[str, Tensor], first: int, end: int) -> WeightFile:
        file = WeightFile(name)
        for i in range(first, end):
            p = f"model.layers.{i}."
            file.add(f"l{i}.in", weights[p + "input_layernorm.weight"].float().numpy())
            file.add(f"l{i}.post", weights[p + "post_attention_layernorm.weight"].float().numpy())
            for linear, weight in linears(weights, i).items():
                quantised, scale = per_channel(weight)
                file.add(f"l{i}.{linear}.q", quantised)
                file.add(f"l{i}.{linear}.s", scale)
            if self._config.qkv_bias:
                biases = [weights[f"{p}self_attn.{c}_proj.bias"].float().numpy() for c in "qkv"]
                file.add(f"l{i}.qkv.bias", np.concatenate(biases))
        return file

    def _adapter(self) -> WeightFile:
        """LoRA factors in half precision; gate and up share their a."""
        file = WeightFile("adapter.bin")
        state = {n: t.float().numpy() for n, t in self._model.trained().items()}
        for i in range(self._model.config.injection_layer, self._config.layers):
            for linear in self._model.config.targets:
                a, b = (state[f"layers.{i}.{linear}.lora_{x}"].astype(np.float16) for x in "ab")
                parts = {linear: b} if linear != "gate_up" else dict(zip(("gate", "up"), np.split(b, 2)))
                for part, rows in parts.items():
                    file.add(f"l{i}.{part}.a", a)
                    file.add(f"l{i}.{part}.b", rows)
        return file

    def _pools(self) -> None:
        for k in self._model.config.chunk_sizes:
            pool = self._pool(k)
            self._keep(pool)
            pooling(self._config.dimension, k, self._model.config.pool_hidden, pool.places, str(self._out / f"pool.{k}.onnx"))

    def _pool(self, k: int) -> WeightFile:
        file = WeightFile(f"pool.{k}.bin")
        state = {n: t.float().numpy() for n, t in self._model.trained().items()}
        for layer in ("linear", "hidden", "out"):
            quantised, scale = per_channel(state[f"pool.pools.{k}.{layer}.weight"].T)
            file.add(f"{layer}.q", quantised)
            file.add(f"{layer}.s", scale)
            file.add(f"{layer}.b", state[f"pool.pools.{k}.{layer}.bias"])
        return file

    def _manifest(self, about: About, training: dict[str, Any], evaluation: dict[str, Any]) -> None:
        c, m, form = self._config, self._model.config, about.prompt
        tensors = {f.name: f.describe() for f in self._files}
        adapter = tensors.pop("adapter.bin")
        separate = m.encoder == "separate"
        encoder = ["tokenizer.json"] if separate else ["embedding.bin", "lower.bin", "lower.onnx", "tokenizer.json"]
        encoder += self._encoder()
        identity = hashlib.sha256("".join(digest(self._out / f) for f in encoder).encode())
        manifest = {
            "format_version": FORMAT_VERSION,
            "name": about.name,
            "version": about.version,
            "licence": about.licence,
            "base_model": about.base_model,
            "dimension": c.dimension,
            "vocabulary": c.vocabulary,
            "layers": c.layers,
            "injection_layer": m.injection_layer,
            "context_positions": c.context_positions,
            "rotary_positions": ROTARY_POSITIONS,
            "rope_theta": c.rope_theta,
            "rope_frequencies": c.rope_frequencies,
            "heads": c.heads,
            "kv_heads": c.kv_heads,
            "head_size": c.head_size,
            "hidden": c.hidden,
            "qkv_bias": c.qkv_bias,
            "tied_head": c.tied,
            "chunk_sizes": list(m.chunk_sizes),
            "default_chunk_tokens": about.chunk_tokens or min(m.chunk_sizes),
            "token_states": reads_token_states(training.get("stages", [])),
            "encoder": ENCODER if separate else None,
            "encoder_window": WINDOW,
            "encoder_id": identity.hexdigest()[:16],
            "prompt": {
                "head": form.head,
                "opening": form.opening,
                "label": form.label,
                "separator": form.separator,
                "question": form.question,
                "tail": form.tail,
                "answer": form.answer,
            },
            "special_tokens": {"sink": form.sink, "stop": form.stop},
            "policy": POLICY if self._policy is not None else None,
            "adapter": {"file": "adapter.bin", "rank": m.rank, "scale": m.lora_scale, "tensors": adapter},
            "tensors": tensors,
            "files": {f: {"sha256": digest(self._out / f), "bytes": (self._out / f).stat().st_size} for f in self._names},
            "training": training,
            "evaluation": evaluation,
        }
        (self._out / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n")


def digest(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_size(bundle: Path) -> int:
    """Bytes of a bundle; ValueError when it, or a file of it, is too large to be committed."""
    sizes = {p.name: p.stat().st_size for p in bundle.iterdir()}
    large = [f"{name} has {size} bytes; at most {MAX_FILE_BYTES} fit" for name, size in sizes.items() if size > MAX_FILE_BYTES]
    total = sum(sizes.values())
    if total > MAX_BUNDLE_BYTES:
        large.append(f"the bundle has {total} bytes; at most {MAX_BUNDLE_BYTES} fit")
    if large:
        raise ValueError(f"{bundle}: " + "; ".join(large))
    return total


def main() -> None:
    from transformers import AutoTokenizer

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True)
    weights = parser.add_mutually_exclusive_group(required=True)
    weights.add_argument("--checkpoint", type=Path, help="what a stage wrote")
    weights.add_argument("--config", type=Path, help="a stage's configuration: the untrained model of its [model] table")
    parser.add_argument("--policy", type=Path, help="what refrag_train.policy.train wrote; without it: the lexical policy")
    parser.add_argument("--injection-layer", type=int, help="of an untrained model, instead of the configuration's")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--name", default="smollm2-135m-refrag")
    parser.add_argument("--base-model", default="SmolLM2-135M-Instruct", help="name of the base weights")
    parser.add_argument("--licence", default="Apache-2.0", help="of the base weights")
    parser.add_argument("--chunk-tokens", type=int, help="k where nobody asks for another one; default: the smallest")
    parser.add_argument("--any-size", action="store_true", help="the bundle will not be committed: it may be large")
    parser.add_argument("--version", required=True, help="changes whenever the weights change")
    parser.add_argument("--training", type=Path, nargs="*", default=[], help="run.json of each stage, in order")
    parser.add_argument("--evaluation", type=Path, nargs="*", default=[], help="output of refrag_train.probe and .evaluate")
    a = parser.parse_args()
    if a.checkpoint:
        model = CompressedDecoder.load(a.base, a.checkpoint)
    else:
        config = StageConfig.read(a.config).model
        layer = config.injection_layer if a.injection_layer is None else a.injection_layer
        model = CompressedDecoder(a.base, replace(config, injection_layer=layer))
    if a.chunk_tokens not in (None, *model.config.chunk_sizes):
        parser.error(f"--chunk-tokens is {a.chunk_tokens}; the model's chunk_sizes are {list(model.config.chunk_sizes)}")
    check_tokenizer(a.base)
    training = {"stages": [json.loads(p.read_text()) for p in a.training]}
    policy = SelectionPolicy.load(a.policy) if a.policy else None
    prompt = PromptFormat.of(AutoTokenizer.from_pretrained(a.base), model.config.opening)
    about = About(name=a.name, version=a.version, base_model=a.base_model, licence=a.licence, prompt=prompt, chunk_tokens=a.chunk_tokens)
    BundleWriter(a.base, model, a.out, policy).write(about, training, evaluation(read_lines(a.evaluation)))
    size = sum(p.stat().st_size for p in a.out.iterdir()) if a.any_size else check_size(a.out)
    print(f"{a.out}: {size / 1e6:.1f} MB in {len(list(a.out.iterdir()))} files")


if __name__ == "__main__":
    main()
