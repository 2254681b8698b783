"""Makes a checkpoint from a bundle, to train a published one further: python -m refrag_train.restore --bundle FOLDER --base BASE --out FILE

Adapters come back in half precision, poolings in 8 bits, as the bundle holds them; the optimiser starts anew.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from refrag_train.export.weights import Array, read, read_pool
from refrag_train.model import LINEARS, CompressedDecoder, ModelConfig
from refrag_train.policy.restore import restore_policy


def restore(bundle: Path, base: Path, dtype: torch.dtype = torch.float32) -> CompressedDecoder:
    """The model that a bundle was exported from, up to the rounding of its files. base: the same decoder's weights, which get the type."""
    manifest: dict[str, Any] = json.loads((bundle / "manifest.json").read_text())
    adapter = manifest["adapter"]
    if manifest.get("encoder"):
        raise ValueError(f"{bundle} has a separate encoder, whose weights are in its graph only; start from its checkpoint")

    def factor(name: str) -> Array:
        return read(bundle, adapter["file"], adapter["tensors"][name]).astype(np.float32)

    state: dict[str, Tensor] = {}
    linears = {name: ["gate", "up"] if name == "gate_up" else [name] for name in LINEARS}
    last = manifest["layers"] - 1
    targets = {name: parts for name, parts in linears.items() if f"l{last}.{parts[0]}.a" in adapter["tensors"]}
    for i in range(manifest["injection_layer"], manifest["layers"]):
        for linear, parts in targets.items():
            a = factor(f"l{i}.{parts[0]}.a")
            b = np.concatenate([factor(f"l{i}.{part}.b") for part in parts])
            state[f"layers.{i}.{linear}.lora_a"], state[f"layers.{i}.{linear}.lora_b"] = torch.from_numpy(a), torch.from_numpy(b)
    for k in manifest["chunk_sizes"]:
        state |= {f"pool.pools.{k}.{name}": torch.from_numpy(array) for name, array in read_pool(bundle, manifest, k).items()}
    config = ModelConfig(
        injection_layer=manifest["injection_layer"],
        rank=adapter["rank"],
        targets=tuple(targets),
        lora_scale=adapter["scale"],
        chunk_sizes=tuple(manifest["chunk_sizes"]),
        opening=manifest["prompt"]["opening"],
        pool_hidden=len(state[f"pool.pools.{manifest['default_chunk_tokens']}.hidden.bias"]),
    )
    model = CompressedDecoder(base, config, dtype)
    model.load_trained(state, bundle)
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True, help="folder made by python -m refrag_train.base")
    parser.add_argument("--out", type=Path, required=True, help="for --init of a stage")
    parser.add_argument("--policy", type=Path, help="writes the bundle's policy there, too")
    a = parser.parse_args()
    restore(a.bundle, a.base).save(a.out)
    if a.policy:
        restore_policy(a.bundle / "policy.onnx").save(a.policy)


if __name__ == "__main__":
    main()
