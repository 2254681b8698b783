"""Some heads learn to look where the next token stands.

An answer of five tokens says little about which of two hundred vectors it is in. Where a token is copied from a passage, the chunk that
holds it is known, and so the heads of one group of keys, in a layer or two, can be told to attend to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from refrag_train.layout import Batch
from refrag_train.base import DecoderConfig
from refrag_train.model import CompressedDecoder, ModelConfig

LEAST = 1e-4
"""Attention below it counts as this: a head that looks elsewhere altogether has no gradient worth following."""


@dataclass(frozen=True, kw_only=True)
class AddressingConfig:
    """weight: beside the answer loss, which has 1. heads: which learn, as pairs of a layer, from where vectors enter, and of a group of keys,
    whose heads learn together."""

    weight: float = 0.1
    heads: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        if not self.heads or list(self.layers) != sorted(set(self.layers)):
            raise ValueError(f"addressing heads is {list(self.heads)}; it needs one or more, of rising layers")
        if self.weight <= 0:
            raise ValueError(f"addressing weight is {self.weight}; expected above 0")

    @staticmethod
    def of(table: dict[str, Any]) -> AddressingConfig:
        """From TOML, where tuples are lists."""
        return AddressingConfig(**{**table, "heads": tuple((int(layer), int(group)) for layer, group in table.get("heads", ()))})

    @property
    def layers(self) -> tuple[int, ...]:
        return tuple(layer for layer, _ in self.heads)

    def check(self, model: ModelConfig, decoder: DecoderConfig) -> None:
        """ValueError where a model has no such heads above its vectors."""
        groups = decoder.kv_heads
        if self.layers[0] < model.injection_layer or self.layers[-1] >= decoder.layers or any(not 0 <= g < groups for _, g in self.heads):
            raise ValueError(
                f"addressing heads is {list(self.heads)}; expected layers from {model.injection_layer} to {decoder.layers - 1} and groups"
                f" from 0 to {groups - 1}"
            )


def attention_to_sources(model: CompressedDecoder, states: list[Tensor], batch: Batch, config: AddressingConfig) -> Tensor:
    """The mean attention of a layer's heads to what holds the next token, for each place that seeks one: [layers, c].

    states: at the input of each of the layers, [b, t, d].
    """
    t = batch.positions.shape[1]
    rows, places = batch.seeking // t, batch.seeking % t
    found = []
    for (layer, group), x in zip(config.heads, states):
        attended = model.attention(x, batch.positions, batch.mask, layer, group)
        found.append(attended[rows, :, places, batch.sought].mean(-1))
    return torch.stack(found)


def addressing_loss(attention: Tensor) -> Tensor:
    """Mean of -log of what `attention_to_sources` tells."""
    return -attention.clamp_min(LEAST).log().mean()
