"""Decoder cut at layer N: chunk vectors enter the residual stream before layer N (arXiv 2509.01092 has N = 0).

Shape letters: b rows, t positions, d decoder width, k tokens per chunk, n chunks, r adapter rank.
Layers below N are frozen and see raw tokens only; layers from N on carry low-rank adapters and see raw tokens and chunks.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.checkpoint import checkpoint as run_again

from refrag_train.base import DecoderConfig, load_weights
from refrag_train.checkpoint import read_checkpoint, refuse_differences
from refrag_train.encoder import FOLDER, TextEncoder
from refrag_train.pooling import Pooling


WINDOW = 256  # most tokens that the encoder reads at once
LINEARS = ("qkv", "o", "gate_up", "down")


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """What a checkpoint needs to be read again: the `[model]` table of a stage.

    injection_layer: N. chunk_sizes: every k, with a pooling each. rank, lora_scale: of the adapters. targets: the linears of a layer
    that have one; checkpoints from before this was a setting have them on all. pool_hidden: inner width of the poolings. encoder:
    shared, the decoder's layers below N with a pooling for each k, or separate, a model of its own (see `refrag_train.encoder`). opening:
    of the prompts that it reads (see `PromptFormat`).
    """

    injection_layer: int
    rank: int
    chunk_sizes: tuple[int, ...]
    targets: tuple[str, ...] = LINEARS
    lora_scale: float = 2.0
    pool_hidden: int = 512
    encoder: Literal["shared", "separate"] = "shared"
    opening: str = ""

    def __post_init__(self) -> None:
        if self.injection_layer < 0:
            raise ValueError(f"injection_layer is {self.injection_layer}; it must not be negative")
        if self.rank < 1:
            raise ValueError(f"rank is {self.rank}; it must be at least 1")
        if not self.chunk_sizes or any(k < 1 or WINDOW % k for k in self.chunk_sizes):
            raise ValueError(f"chunk_sizes is {list(self.chunk_sizes)}; it needs one or more sizes that divide {WINDOW}")
        if not self.targets or not set(self.targets) <= set(LINEARS):
            raise ValueError(f"targets is {list(self.targets)}; it needs one or more of {', '.join(LINEARS)}")
        if self.encoder not in ("shared", "separate"):
            raise ValueError(f"encoder is {self.encoder!r}; expected shared or separate")

    @staticmethod
    def of(table: dict[str, Any]) -> ModelConfig:
        """From TOML or a checkpoint, where tuples are lists."""
        settings: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in table.items()}
        return ModelConfig(**settings)


class AdaptedLinear(nn.Module):
    """A frozen linear map, with a trained low-rank addition: W x + bias + scale * B A x. rank 0: no addition."""

    def __init__(self, weight: Tensor, bias: Tensor | None, rank: int, scale: float, dtype: torch.dtype) -> None:
        super().__init__()
        self.register_buffer("weight", weight.to(dtype), persistent=False)
        self.register_buffer("bias", None if bias is None else bias.to(dtype), persistent=False)
        self.weight: Tensor
        self.bias: Tensor | None
        self.scale = scale
        self.rank = rank
        if rank:
            self.lora_a = nn.Parameter(torch.randn(rank, weight.shape[1]) / math.sqrt(weight.shape[1]))
            self.lora_b = nn.Parameter(torch.zeros(weight.shape[0], rank))

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = F.linear(x, self.weight, self.bias)
        if not self.rank:
            return y
        low = F.linear(x, self.lora_a.to(x.dtype))
        adapted: Tensor = torch.addmm(y, low, self.lora_b.to(x.dtype).t(), alpha=self.scale)
        return adapted


def grouped_attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
    """q [b, heads, t, head], k and v [b, kv_heads, s, head], mask [b, 1, t, s] additive -> [b, heads, t, head].

    Written out where gradients are needed: on a CPU the fused kernel's backward pass is up to five times slower on short rows.
    """
    b, heads, t, size = q.shape
    group = heads // k.shape[1]
    if not torch.is_grad_enabled():
        return F.scaled_dot_product_attention(q, k.repeat_interleave(group, 1), v.repeat_interleave(group, 1), attn_mask=mask)
    grouped = (q * size**-0.5).reshape(b, heads // group, group * t, size)
    scores = (grouped @ k.transpose(-1, -2)).view(b, heads // group, group, t, -1) + mask[:, :, None]
    attended: Tensor = scores.softmax(-1).view(b, heads // group, group * t, -1) @ v
    return attended.view(b, heads, t, size)


class Block(nn.Module):
    """One layer of a Llama or Qwen2 decoder. The residual stream stays fp32; products run in the compute type."""

    def __init__(self, config: DecoderConfig, weights: dict[str, Tensor], layer: int, model: ModelConfig, dtype: torch.dtype):
        super().__init__()

        def weight(name: str) -> Tensor:
            return weights[f"model.layers.{layer}.{name}.weight"]

        def linear(name: str, value: Tensor, bias: Tensor | None = None) -> AdaptedLinear:
            adapted = layer >= model.injection_layer and name in model.targets
            return AdaptedLinear(value, bias, model.rank if adapted else 0, model.lora_scale, dtype)

        self.config, self.dtype = config, dtype
        self.register_buffer("attention_norm", weight("input_layernorm").float().clone(), persistent=False)
        self.register_buffer("mlp_norm", weight("post_attention_layernorm").float().clone(), persistent=False)
        self.attention_norm: Tensor
        self.mlp_norm: Tensor
        qkv = torch.cat([weight(f"self_attn.{c}_proj") for c in "qkv"])
        gate_up = torch.cat([weight("mlp.gate_proj"), weight("mlp.up_proj")])
        biases = [weights[f"model.layers.{layer}.self_attn.{c}_proj.bias"] for c in "qkv"] if config.qkv_bias else None
        self.qkv = linear("qkv", qkv, None if biases is None else torch.cat(biases))
        self.o = linear("o", weight("self_attn.o_proj"))
        self.gate_up = linear("gate_up", gate_up)
        self.down = linear("down", weight("mlp.down_proj"))

    def forward(self, x: Tensor, rope: tuple[Tensor, Tensor], mask: Tensor, past: list[Tensor] | None = None) -> Tensor:
        """x [b, t, d] fp32; rope: cos and sin [b, t, 1, head/2]; mask [b, 1, t, s] additive; past: keys and values
        [b, heads, s - t, head] so far, replaced by those with this call's positions. Returns [b, t, d] fp32."""
        b, t, d = x.shape
        q, k, v = self._heads(x, rope)
        if past is not None:
            if past:
                k, v = torch.cat([past[0], k], 2), torch.cat([past[1], v], 2)
            past[:] = [k, v]
        attended = grouped_attention(q, k, v, mask)
        x = x + self.o(attended.transpose(1, 2).reshape(b * t, -1)).view(b, t, d).float()
        normed = F.rms_norm(x, (d,), self.mlp_norm, self.config.norm_epsilon).to(self.dtype).view(b * t, d)
        gate, up = self.gate_up(normed).chunk(2, -1)
        out: Tensor = x + self.down(F.silu(gate) * up).view(b, t, d).float()
        return out

    def attention(self, x: Tensor, rope: tuple[Tensor, Tensor], mask: Tensor, group: int) -> Tensor:
        """What each position attends to, of the heads that share the keys `group`: [b, heads of the group, t, t] fp32."""
        q, k, _ = self._heads(x, rope)
        size = self.config.heads // self.config.kv_heads
        own = q[:, group * size : (group + 1) * size]
        scores = own @ k[:, group, None].transpose(-1, -2) * self.config.head_size**-0.5
        attended: Tensor = (scores + mask).float().softmax(-1)
        return attended

    def _heads(self, x: Tensor, rope: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys, both rotated, and values: [b, heads, t, head]."""
        c = self.config
        b, t, d = x.shape
        cos, sin = rope
        normed = F.rms_norm(x, (d,), self.attention_norm, c.norm_epsilon).to(self.dtype).view(b * t, d)
        qkv = self.qkv(normed).view(b, t, c.heads + 2 * c.kv_heads, c.head_size)
        rotated = c.heads + c.kv_heads
        first, second = qkv[:, :, :rotated].chunk(2, -1)
        qk = torch.cat([first * cos - second * sin, second * cos + first * sin], -1)
        return qk[:, :, : c.heads].transpose(1, 2), qk[:, :, c.heads :].transpose(1, 2), qkv[:, :, rotated:].transpose(1, 2)


class CompressedDecoder(nn.Module):
    """Frozen decoder with adapters from layer N on, and what makes chunk vectors: a pooling per k, or an encoder of its own. base: the
    decoder's folder, with the encoder's in it."""

    def __init__(
        self, base: Path, config: ModelConfig, dtype: torch.dtype = torch.float32, device: torch.device = torch.device("cpu")
    ) -> None:
        """device: cpu, or meta for a model without weights, of which `base` has config.json only."""
        super().__init__()
        self.decoder = DecoderConfig.load(base)
        self.config, self.dtype = config, dtype
        self.recompute = False  # gradient checkpointing: layers run again in the backward pass, and keep their inputs only
        if config.injection_layer >= self.decoder.layers:
            raise ValueError(f"injection_layer is {config.injection_layer}; the decoder has {self.decoder.layers} layers")
        shapes = self.decoder.tensors()
        empty = device.type == "meta"
        weights = {n: torch.empty(s, device=device) for n, s in shapes.items()} if empty else load_weights(base, self.decoder)
        self.register_buffer("embedding", weights["model.embed_tokens.weight"].float().clone(), persistent=False)
        self.register_buffer("norm", weights["model.norm.weight"].float().clone(), persistent=False)
        self.embedding: Tensor
        self.norm: Tensor
        head = self.embedding if self.decoder.tied else weights["lm_head.weight"]
        self.register_buffer("head", head.to(dtype), persistent=False)
        self.head: Tensor
        self.layers = nn.ModuleList(Block(self.decoder, weights, i, config, dtype) for i in range(self.decoder.layers))
        if config.encoder == "separate":
            self.pool: Pooling | TextEncoder = TextEncoder(base / FOLDER, self.decoder.dimension, dtype)
        else:
            self.pool = Pooling(self.decoder.dimension, config.chunk_sizes, config.pool_hidden, dtype)
        self.register_buffer("frequency", frequencies(self.decoder), persistent=False)
        self.to(device)
        self.frequency: Tensor

    def run(self, x: Tensor, positions: Tensor, mask: Tensor, first: int, end: int, past: list[list[Tensor]] | None = None) -> Tensor:
        """Layers first..end-1 over x [b, t, d]; positions [b, t]; mask [b, 1, t, s] additive in any type."""
        rope, mask = self._rope(positions), mask.to(self.dtype)
        again = self.recompute and torch.is_grad_enabled() and past is None
        for i in range(first, end):
            if again:
                x = run_again(self.layers[i], x, rope, mask, use_reentrant=False)
            else:
                x = self.layers[i](x, rope, mask, None if past is None else past[i])
        return x

    def attention(self, x: Tensor, positions: Tensor, mask: Tensor, layer: int, group: int) -> Tensor:
        """What the heads of a layer that share the keys `group` attend to, x [b, t, d] being the layer's input: [b, heads, t, t]."""
        block = self.layers[layer]
        assert isinstance(block, Block)
        return block.attention(x, self._rope(positions), mask.to(self.dtype), group)

    def _rope(self, positions: Tensor) -> tuple[Tensor, Tensor]:
        angle = positions[..., None, None].float() * self.frequency
        return angle.cos().to(self.dtype), angle.sin().to(self.dtype)

    @property
    def device(self) -> torch.device:
        """Where its weights are; inputs have to be there too."""
        return self.embedding.device

    @torch.no_grad()
    def lower(self, ids: Tensor, positions: Tensor, mask: Tensor, past: list[list[Tensor]] | None = None) -> Tensor:
        """ids [b, t] -> residual stream at the input of layer N, [b, t, d] fp32. Never trained."""
        return self.run(F.embedding(ids, self.embedding), positions, mask, 0, self.config.injection_layer, past)

    def upper(self, x: Tensor, positions: Tensor, mask: Tensor, past: list[list[Tensor]] | None = None) -> Tensor:
        """x [b, t, d] states and chunk vectors -> last hidden states [b, t, d] fp32, before the final norm."""
        return self.run(x, positions, mask, self.config.injection_layer, self.decoder.layers, past)

    def logits(self, hidden: Tensor) -> Tensor:
        """hidden [m, d] -> [m, vocabulary] fp32."""
        d = self.decoder.dimension
        normed = F.rms_norm(hidden, (d,), self.norm, self.decoder.norm_epsilon)
        return F.linear(normed.to(self.dtype), self.head).float()

    def trained(self) -> dict[str, Tensor]:
        """The trained tensors, by name, on the CPU."""
        return {name: p.detach().cpu() for name, p in self.named_parameters()}

    def save(self, path: Path, **extra: Any) -> None:
        """A checkpoint: config and trained tensors, and what the caller adds."""
        torch.save({"config": asdict(self.config), "state": self.trained(), **extra}, path)

    @staticmethod
    def load(base: Path, checkpoint: Path, dtype: torch.dtype = torch.float32) -> CompressedDecoder:
        """Reads what `save` wrote."""
        c = read_checkpoint(checkpoint, ("config", "state"))
        model = CompressedDecoder(base, ModelConfig.of(c["config"]), dtype)
        model.load_trained(c["state"], checkpoint)
        return model

    def start_from(self, checkpoint: Path) -> list[int]:
        """Takes over a checkpoint of the same configuration, or of one with fewer chunk sizes, or that read prompts with another
        opening. Returns the k whose pooling starts fresh."""
        c = read_checkpoint(checkpoint, ("config", "state"))
        saved = replace(ModelConfig.of(c["config"]), opening=self.config.opening)
        fresh = sorted(set(self.config.chunk_sizes) - set(saved.chunk_sizes))
        known = tuple(k for k in self.config.chunk_sizes if k not in fresh)
        given = asdict(replace(self.config, chunk_sizes=known)) if known else asdict(self.config)
        refuse_differences(checkpoint, asdict(saved), given)
        own = {n: t for n, t in self.trained().items() if any(n.startswith(f"pool.pools.{k}.") for k in fresh)}
        self.load_trained(c["state"] | own, checkpoint)
        return fresh if own else []

    def load_trained(self, state: dict[str, Tensor], source: Path) -> None:
        """Takes over trained tensors; all names and shapes must agree. source: where they are from, for the error."""
        own = dict(self.named_parameters())
        if own.keys() != state.keys():
            raise ValueError(f"{source}: tensors differ from the model's: {sorted(own.keys() ^ state.keys())[:4]} ...")
        wrong = [f"{n} is {list(state[n].shape)}, expected {list(p.shape)}" for n, p in own.items() if state[n].shape != p.shape]
        if wrong:
            raise ValueError(f"{source}: {len(wrong)} tensors have another shape than the model's: {wrong[0]}")
        with torch.no_grad():
            for name, tensor in state.items():
                own[name].copy_(tensor)


def frequencies(decoder: DecoderConfig) -> Tensor:
    """Rotary frequencies [head_size / 2]."""
    if decoder.rope_frequencies is not None:
        return torch.tensor(decoder.rope_frequencies)
    half: Tensor = torch.arange(0, decoder.head_size, 2).float() / decoder.head_size
    return decoder.rope_theta**-half


def causal_mask(t: int, past: int = 0) -> Tensor:
    """[1, 1, t, past + t] additive: each of t positions sees the `past` earlier ones, itself and those between."""
    return torch.full((t, past + t), float("-inf")).triu(1 + past)[None, None]
