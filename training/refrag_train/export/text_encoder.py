"""A separate encoder as one graph, its weights inside it."""

from __future__ import annotations

import warnings
from pathlib import Path

import torch

from refrag_train.encoder import TextEncoder


def export_encoder(encoder: TextEncoder, path: Path) -> None:
    """input_ids [n, w], attention_mask [n, w] (int64) -> vectors [n, d]."""
    example = torch.ones(2, 3, dtype=torch.long)
    axes = {"input_ids": {0: "n", 1: "w"}, "attention_mask": {0: "n", 1: "w"}, "vectors": {0: "n"}}
    with warnings.catch_warnings(), torch.no_grad():
        # Tracing is deprecated but needs no further package; that the graph holds for other shapes is what a test checks.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            encoder.eval(),
            (example, example),
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=["vectors"],
            dynamic_axes=axes,
            opset_version=18,
            dynamo=False,
        )
