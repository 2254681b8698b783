"""Order-aware learned pooling of k token states into one chunk vector."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

EPSILON = 1e-6


class ChunkPooling(nn.Module):
    """For one k. Zero at the start, so that training begins at the mean of the states."""

    def __init__(self, dimension: int, k: int, hidden: int) -> None:
        super().__init__()
        self.linear = nn.Linear(k * dimension, dimension)
        self.hidden = nn.Linear(k * dimension, hidden)
        self.out = nn.Linear(hidden, dimension)
        for layer in (self.linear, self.out):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)


class Pooling(nn.Module):
    """vector = mean + rms(mean) * (linear(x) + out(silu(hidden(x)))), x the normalised states side by side."""

    def __init__(self, dimension: int, chunk_sizes: tuple[int, ...], hidden: int, dtype: torch.dtype) -> None:
        super().__init__()
        self.dimension, self.dtype = dimension, dtype
        self.pools = nn.ModuleDict({str(k): ChunkPooling(dimension, k, hidden) for k in chunk_sizes})

    def forward(self, states: Tensor, valid: Tensor) -> Tensor:
        """states [n, k, d] at the input of layer N; valid [n, k] 0 or 1 (a short last chunk) -> [n, d] fp32."""
        n, k, d = states.shape
        pool = self.pools[str(k)]
        assert isinstance(pool, ChunkPooling)  # ModuleDict forgets its element type
        states = states * valid[..., None]
        mean = states.sum(1) / valid.sum(1, keepdim=True).clamp(min=1)
        x = F.rms_norm(states, (d,), None, EPSILON).reshape(n, k * d).to(self.dtype)

        def apply(layer: nn.Linear, value: Tensor) -> Tensor:
            return F.linear(value, layer.weight.to(self.dtype), layer.bias.to(self.dtype))

        learned = apply(pool.linear, x) + apply(pool.out, F.silu(apply(pool.hidden, x)))
        scale = mean.detach().pow(2).mean(-1, keepdim=True).sqrt()
        return mean + scale * learned.float()
