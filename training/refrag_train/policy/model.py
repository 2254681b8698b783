"""Scores the chunks of all passages of one query: a two-layer transformer over chunk vectors that also reads the question.

The paper's policy sees chunk vectors alone (`query_blind`). Ours also gets the question's token states at layer N, three figures
per chunk (FEATURES), and how well each chunk vector matches the question's tokens.

Shape letters: b questions on the same passages, n chunks, q question tokens, d decoder width, w policy width, m matching heads.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from refrag_train.checkpoint import read_checkpoint
from refrag_train.model import grouped_attention

FEATURES = ("lexical", "relevance", "tokens")  # LexicalChoice.scores; 1 for the retriever's best passage; tokens / LARGEST_CHUNK
LARGEST_CHUNK = 16
EPSILON = 1e-6
FASTEST, SLOWEST = 0.5, 0.0005  # radians per token of the rotations that tell distances between chunks


@dataclass(frozen=True, kw_only=True)
class PolicyConfig:
    """What a checkpoint needs to be read again."""

    width: int = 128
    layers: int = 2
    heads: int = 4
    hidden: int = 256
    match_heads: int = 6
    match_size: int = 16
    query_blind: bool = False


def rms(x: Tensor) -> Tensor:
    """x over its root mean square, along the last axis."""
    return F.rms_norm(x, x.shape[-1:], None, EPSILON)


def standardised(scores: Tensor) -> Tensor:
    """Mean 0 and deviation 1 along the last axis; all 0 where the scores do not differ."""
    centred = scores - scores.mean(-1, keepdim=True)
    result: Tensor = centred / (centred.pow(2).mean(-1, keepdim=True) + EPSILON).sqrt()
    return result


class InputNorm(nn.Module):
    """Decoder states have a few huge components: each is standardised as measured, then the whole by its root mean square."""

    def __init__(self, dimension: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(dimension))
        self.register_buffer("deviation", torch.ones(dimension))
        self.mean: Tensor
        self.deviation: Tensor

    def measure(self, states: Tensor) -> None:
        """states [m, d]: a sample of what will come."""
        self.mean.copy_(states.mean(0))
        self.deviation.copy_(states.std(0).clamp(min=EPSILON))

    def forward(self, states: Tensor) -> Tensor:
        return rms((states - self.mean) / self.deviation)


class Matching(nn.Module):
    """Late interaction: per head, how much a chunk stands out among all chunks for the tokens of the question."""

    def __init__(self, dimension: int, heads: int, size: int) -> None:
        super().__init__()
        self.heads, self.size = heads, size
        self.chunk = nn.Linear(dimension, heads * size, bias=False)
        self.token = nn.Linear(dimension, heads * size, bias=False)
        self.importance = nn.Linear(dimension, heads, bias=False)
        nn.init.orthogonal_(self.chunk.weight)
        nn.init.zeros_(self.importance.weight)
        with torch.no_grad():
            self.token.weight.copy_(self.chunk.weight)  # training starts where equal states match

    def forward(self, chunks: Tensor, tokens: Tensor, asked: Tensor) -> Tensor:
        """chunks [n, d], tokens [b, q, d], both normed; asked [b, q] -> [b, n, 2 m]: best token's score, weighted mean."""
        n, (b, q, _) = len(chunks), tokens.shape
        c = self.chunk(chunks).view(n, self.heads, self.size).permute(1, 2, 0)
        t = self.token(tokens).view(b, q, self.heads, self.size).transpose(1, 2)
        scores = standardised(t @ c)  # [b, m, q, n]; over n, so that a token that is everywhere says nothing of where
        padding = torch.zeros(asked.shape).masked_fill_(~asked, float("-inf"))[:, None]
        best = (scores + padding[..., None]).amax(2)
        weight = (self.importance(tokens).transpose(1, 2) + padding).softmax(-1)
        mean = (weight[:, :, None] @ scores)[:, :, 0]
        return torch.cat([best, mean], 1).transpose(1, 2)


class Layer(nn.Module):
    """Chunks look at each other, by content and distance, then at the question's tokens."""

    def __init__(self, config: PolicyConfig) -> None:
        super().__init__()
        w = config.width
        self.heads, self.size = config.heads, w // config.heads
        self.qkv = nn.Linear(w, 3 * w)
        self.out = nn.Linear(w, w, bias=False)
        if not config.query_blind:
            self.ask = nn.Linear(w, w, bias=False)
            self.answers = nn.Linear(w, 2 * w, bias=False)
            self.heard = nn.Linear(w, w, bias=False)
        self.up = nn.Linear(w, config.hidden)
        self.down = nn.Linear(config.hidden, w)
        with torch.no_grad():  # equal parts in queries and keys make half of the heads look nearby from the start
            self.qkv.bias.zero_()
            self.qkv.bias[: w // 2] = self.qkv.bias[w : w + w // 2] = 1.0

    def forward(self, x: Tensor, rope: tuple[Tensor, Tensor], question: Tensor | None, mask: Tensor) -> Tensor:
        """x [b, n, w]; rope: cos and sin [n, size / 2]; question [b, q, w] normed; mask [b, 1, 1, q] additive -> [b, n, w]."""
        q, k, v = (self._split(part) for part in self.qkv(rms(x)).chunk(3, -1))
        x = x + self.out(self._merge(grouped_attention(self._turn(q, rope), self._turn(k, rope), v, torch.zeros(1, 1, 1, 1))))
        if question is not None:
            k, v = (self._split(part) for part in self.answers(question).chunk(2, -1))
            x = x + self.heard(self._merge(grouped_attention(self._split(self.ask(rms(x))), k, v, mask)))
        result: Tensor = x + self.down(F.silu(self.up(rms(x))))
        return result

    def _split(self, x: Tensor) -> Tensor:
        """[b, t, w] -> [b, heads, t, size]"""
        return x.view(*x.shape[:2], self.heads, self.size).transpose(1, 2)

    def _merge(self, x: Tensor) -> Tensor:
        """[b, heads, t, size] -> [b, t, w]"""
        return x.transpose(1, 2).flatten(2)

    @staticmethod
    def _turn(x: Tensor, rope: tuple[Tensor, Tensor]) -> Tensor:
        first, second = x.chunk(2, -1)
        cos, sin = rope
        return torch.cat([first * cos - second * sin, second * cos + first * sin], -1)


class SelectionPolicy(nn.Module):
    """One logit per chunk; it starts at the lexical score, or at 0 if it is query-blind."""

    def __init__(self, dimension: int, config: PolicyConfig) -> None:
        super().__init__()
        self.dimension, self.config = dimension, config
        w = config.width
        self.vector_norm = InputNorm(dimension)
        self.vector = nn.Linear(dimension, w)
        if not config.query_blind:
            self.question_norm = InputNorm(dimension)
            self.question = nn.Linear(dimension, w)
            self.matching = Matching(dimension, config.match_heads, config.match_size)
            self.matched = nn.Linear(2 * config.match_heads, w, bias=False)
            self.features = nn.Linear(len(FEATURES), w, bias=False)
            self.blend = nn.Parameter(torch.ones(1))
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.layers))
        self.logit = nn.Linear(w, 1, bias=False)
        nn.init.zeros_(self.logit.weight)

    def frequency(self) -> Tensor:
        """Radians per token [size / 2]."""
        half = self.config.width // self.config.heads // 2
        return FASTEST * (SLOWEST / FASTEST) ** (torch.arange(half) / max(1, half - 1))

    def forward(self, vectors: Tensor, positions: Tensor, features: Tensor, question: Tensor, asked: Tensor) -> Tensor:
        """vectors [n, d]; positions [n], first token of each chunk over the passages side by side; features [b, n, 3];
        question [b, q, d]; asked [b, q], False for padding -> logits [b, n]."""
        angle = positions[:, None].float() * self.frequency()
        rope = angle.cos(), angle.sin()
        chunks = self.vector_norm(vectors)
        x = self.vector(chunks).expand(len(features), -1, -1)
        tokens: Tensor | None = None
        mask = torch.zeros(asked.shape).masked_fill_(~asked, float("-inf"))[:, None, None]
        lexical = standardised(features[..., 0])
        if not self.config.query_blind:
            normed = self.question_norm(question)
            x = x + self.matched(self.matching(chunks, normed, asked))
            x = x + self.features(torch.cat([lexical[..., None], features[..., 1:]], -1))
            tokens = rms(self.question(normed))
        for layer in self.layers:
            x = layer(x, rope, tokens, mask)
        logits: Tensor = self.logit(rms(x))[..., 0]
        return logits if self.config.query_blind else logits + self.blend * lexical

    def save(self, path: Path, **extra: Any) -> None:
        """A checkpoint: configuration and weights, and what the caller adds."""
        torch.save({"dimension": self.dimension, "config": asdict(self.config), "state": self.state_dict(), **extra}, path)

    @staticmethod
    def load(path: Path) -> SelectionPolicy:
        """Reads what `save` wrote."""
        saved = read_checkpoint(path, ("dimension", "config", "state"))
        policy = SelectionPolicy(saved["dimension"], PolicyConfig(**saved["config"]))
        policy.load_trained(saved["state"], path)
        return policy

    def load_trained(self, state: dict[str, Tensor], source: Path) -> None:
        """Takes over weights; all names and shapes must agree. source: where they are from, for the error."""
        try:
            self.load_state_dict(state)
        except RuntimeError as e:
            raise ValueError(f"{source}: {e}") from e
