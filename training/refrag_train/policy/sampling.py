"""Which chunks a policy's logits choose, without replacement: the same logits serve any number of them.

The i-th chunk is drawn from the softmax of the logits over those not yet drawn (arXiv 2509.01092: drawn ones are masked).
"""

from __future__ import annotations

import torch
from torch import Tensor


def number(share: float, chunks: int) -> int:
    """How many of `chunks` chunks a share stands for; at least one."""
    return max(1, round(share * chunks))


def greedy(logits: Tensor, count: int) -> Tensor:
    """The `count` best chunks, best first: what drawing comes to when each time the likeliest is taken. [n] -> [count]"""
    return logits.argsort(descending=True, stable=True)[:count]


def draw(logits: Tensor, count: int, draws: int) -> Tensor:
    """[n] -> ordered draws [draws, count], from torch's generator.

    The order of logits with Gumbel noise has the same distribution as drawing one after the other (Plackett-Luce).
    """
    noise = -torch.empty(draws, len(logits)).exponential_().log()
    return (logits + noise).argsort(-1, descending=True)[:, :count]


def log_probabilities(logits: Tensor, drawn: Tensor) -> Tensor:
    """logits [n], ordered draws [g, count] -> log-probability of each choice given those before it [g, count]."""
    g, count = drawn.shape
    left = torch.ones(g, len(logits), dtype=torch.bool).scatter_(1, drawn, False)
    rest = logits.expand(g, -1).masked_fill(~left, float("-inf")).logsumexp(-1, keepdim=True)
    chosen = logits[drawn]
    backwards = torch.cat([rest, chosen.flip(-1)], -1)
    available = backwards.logcumsumexp(-1).flip(-1)[:, :count]  # what is still there when a choice is made
    return chosen - available
