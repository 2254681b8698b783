"""The policy of a bundle as a checkpoint again, to keep it for another export or to train it further.

Matrices come back in half precision, as the graph holds them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper

from refrag_train.policy.model import PolicyConfig, SelectionPolicy

HALF = ".half"  # matrices [in, out] in a graph (see PolicyGraph)


def restore_policy(path: Path) -> SelectionPolicy:
    """The policy that `export_policy` wrote. ValueError when the graph is none of these."""
    constants = {c.name: numpy_helper.to_array(c) for c in onnx.load(str(path)).graph.initializer}
    matrices = {name.removesuffix(HALF): array.T for name, array in constants.items() if name.endswith(HALF)}
    try:
        dimension, config = shape_of(constants, matrices)
    except (KeyError, IndexError) as e:
        raise ValueError(f"{path}: not the graph of a policy, {e} is missing") from e
    policy = SelectionPolicy(dimension, config)
    state = {f"{name}.weight": torch.from_numpy(array.astype(np.float32)) for name, array in matrices.items()}
    own = policy.state_dict().keys() - state.keys()
    state |= {name: torch.from_numpy(array.copy()) for name, array in constants.items() if name in own}
    policy.load_trained(state, path)
    return policy


def shape_of(constants: dict[str, NDArray[np.float32]], matrices: dict[str, NDArray[np.float32]]) -> tuple[int, PolicyConfig]:
    """Decoder width and configuration, as the sizes of the tensors tell them."""
    width, dimension = matrices["vector"].shape
    blind = "blend" not in constants
    default = PolicyConfig()
    match_heads = default.match_heads if blind else len(matrices["matching.importance"])
    return dimension, PolicyConfig(
        width=width,
        layers=sum(name.endswith(".qkv") for name in matrices),
        heads=width // (2 * len(constants["frequency"])),
        hidden=len(matrices["layers.0.up"]),
        match_heads=match_heads,
        match_size=default.match_size if blind else len(matrices["matching.chunk"]) // match_heads,
        query_blind=blind,
    )
