"""The processes of a run: one, or several with a device each, started by `accelerate launch`.

Each process draws rows of its own; the gradients' mean makes the same step in all of them. What is trained is far smaller than
the frozen decoder, so that one exchange per step costs little.
"""

from __future__ import annotations

import os
from typing import Any

import torch
from torch import Tensor, nn


class Workers:
    """This process among all. count, rank: how many there are, and which one this is. device: where it computes."""

    def __init__(self, device: str) -> None:
        """device: cpu or cuda. ValueError when there is none."""
        self.count, self.rank = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("RANK", "0"))
        if device == "cuda" and not torch.cuda.is_available():
            raise ValueError("device is cuda; PyTorch finds none here")
        self.device = torch.device(device)
        if self.count > 1:
            from accelerate import Accelerator

            self._accelerator: Any = Accelerator(cpu=device == "cpu")
            self.device = self._accelerator.device

    @property
    def first(self) -> bool:
        """Whether this process writes and prints for all."""
        return self.rank == 0

    def any(self, flag: bool) -> bool:
        """Whether it holds in one of the processes; all ask at once."""
        return flag if self.count == 1 else bool(self._sum(torch.tensor(float(flag), device=self.device)) > 0)

    def wait(self) -> None:
        """Until all are here."""
        if self.count > 1:
            self._accelerator.wait_for_everyone()

    def average(self, parameters: list[nn.Parameter]) -> None:
        """Gradients become their mean over the processes; one that no process has stays None, for it is not to be stepped."""
        if self.count == 1:
            return
        used = torch.tensor([float(p.grad is not None) for p in parameters], device=self.device)
        parts = [torch.zeros_like(p) if p.grad is None else p.grad for p in parameters]
        total = self._sum(torch.cat([used, *(part.flatten().float() for part in parts)]))
        at = len(parameters)
        for p, someone in zip(parameters, total[:at].tolist()):
            p.grad = (total[at : at + p.numel()] / self.count).view_as(p) if someone else None
            at += p.numel()

    def _sum(self, value: Tensor) -> Tensor:
        total: Tensor = self._accelerator.reduce(value, "sum")
        return total
