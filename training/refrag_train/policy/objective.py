"""Losses of the two phases: listwise cross-entropy, then GRPO's clipped objective."""

from __future__ import annotations

import torch
from torch import Tensor

EPSILON = 1e-4


def listwise_loss(logits: Tensor, targets: Tensor, known: Tensor) -> Tensor:
    """logits, targets (not negative) and known (where a target is known) [b, n] -> cross-entropy [b] of the softmax over the
    known chunks with the targets scaled to sum 1; 0 for a row whose targets are all 0."""
    logged = logits.masked_fill(~known, float("-inf")).log_softmax(-1).masked_fill(~known, 0.0)
    total = targets.sum(-1)
    return -(targets * logged).sum(-1) / total.clamp(min=EPSILON)


def advantages(rewards: Tensor) -> Tensor:
    """Rewards of a group [g] -> (reward - mean) / (standard deviation + epsilon) [g]."""
    return (rewards - rewards.mean()) / (rewards.std(correction=0) + EPSILON)


def clipped_objective(new: Tensor, old: Tensor, advantage: Tensor, clip: float) -> Tensor:
    """Log-probabilities of the choices now and when they were drawn [g, count], advantage [g] -> the objective to raise: the mean
    over draws and choices of min(ratio * advantage, clipped ratio * advantage)."""
    ratio = (new - old).exp()
    weighted = advantage[:, None]
    return torch.minimum(ratio * weighted, ratio.clamp(1 - clip, 1 + clip) * weighted).mean()


def entropy(logits: Tensor) -> Tensor:
    """Of the first choice, in nats. [n] -> []"""
    logged = logits.log_softmax(-1)
    return -(logged.exp() * logged).sum()
