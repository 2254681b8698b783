"""What every training run shares: alone in its folder's parent, stoppable at any second, resumable, logged."""

from __future__ import annotations

import json
import math
import os
import random
import signal
import sys
import time
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Callable, Iterator

import torch
from torch import Tensor

from refrag_train.checkpoint import read_checkpoint, refuse_differences

CHECKPOINT = "checkpoint.pt"
LOG_EVERY = 50  # steps


def learning_rate(step: int, steps: int, warmup: int, final: float) -> float:
    """Share of the peak learning rate: linear warm-up, then cosine to `final`."""
    if step < warmup:
        return (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return final + (1 - final) * 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))


def stop_signals() -> list[int]:
    """A list that is no longer empty once SIGTERM or SIGINT came."""
    stopped: list[int] = []
    for s in (signal.SIGTERM, signal.SIGINT):
        signal.signal(s, lambda number, _: stopped.append(number))
    return stopped


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Makes the run folder and holds the lock beside it; leaves the program when another run holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = folder.parent / "training.lock"
    try:
        descriptor = os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    except FileExistsError:
        sys.exit(
            f"{lock} exists: another training runs in {folder.parent}; two at once stall the machine. Remove it if none does."
        )
    try:
        os.write(descriptor, str(os.getpid()).encode())
        os.close(descriptor)
        yield
    finally:
        lock.unlink()


def save_checkpoint(folder: Path, write: Callable[[Path], None]) -> None:
    """Writes the checkpoint in one move: a stop in the middle leaves the old one."""
    temporary = folder / "checkpoint.tmp"
    write(temporary)
    temporary.replace(folder / CHECKPOINT)


def read_run(path: Path, settings: dict[str, Any]) -> dict[str, Any]:
    """A run's own checkpoint, with the same settings only: the schedule and the order of the rows follow from them."""
    saved = read_checkpoint(path, ("stage", "state", "optimizer", "rng", "torch_rng", "step", "seconds"))
    refuse_differences(path, saved["stage"], settings)
    return saved


def restore_randomness(path: Path, saved: dict[str, Any], optimizer: torch.optim.Optimizer, rng: random.Random) -> None:
    """Optimiser and random states of a checkpoint."""
    try:
        optimizer.load_state_dict(saved["optimizer"])
        rng.setstate(saved["rng"])
        torch.set_rng_state(saved["torch_rng"])
    except (KeyError, TypeError, ValueError, RuntimeError) as e:
        raise ValueError(f"{path}: optimiser or random state does not fit: {e}") from e


def require_finite(name: str, value: Tensor, step: int, label: str) -> None:
    """Stops before the weights take part in it: the last checkpoint stays as it is."""
    if not bool(value.detach().isfinite()):
        raise FloatingPointError(f"step {step}, {label}: the {name} is {value.item()}; expected a finite number")


def write_record(
    folder: Path, config: dict[str, Any], *, skipped: dict[str, int], steps: int, seconds: float, dtype: str
) -> None:  # fmt: skip
    """run.json: what the run was, for the bundle's manifest."""
    run = {
        "stage": config,
        "skipped": skipped,
        "steps": steps,
        "seconds": round(seconds),
        "threads": torch.get_num_threads(),
        "dtype": dtype,
        "torch": torch.__version__,
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
    }
    (folder / "run.json").write_text(json.dumps(run, indent=2) + "\n")


class Log:
    """Figures by kind and label; their means over the last 50 steps become a line of log.jsonl."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "log.jsonl"
        self._start()

    def _start(self) -> None:
        self._figures: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        self._positions, self._mark = 0, time.monotonic()

    def add(self, kind: str, label: str, value: float) -> None:
        self._figures[kind][label].append(value)

    def read(self, positions: int) -> None:
        """Counts positions that a step read."""
        self._positions += positions

    def end_step(self, step: int, seconds: float) -> None:
        """Writes a line when it is time."""
        if step % LOG_EVERY:
            return
        entry: dict[str, Any] = {
            "step": step,
            "seconds": round(seconds),
            "positions_per_second": round(self._positions / (time.monotonic() - self._mark)),
        }
        for kind, labels in self._figures.items():
            entry[kind] = {label: round(sum(values) / len(values), 3) for label, values in sorted(labels.items())}
        print(json.dumps(entry), flush=True)
        with open(self._path, "a") as out:
            out.write(json.dumps(entry) + "\n")
        self._start()
