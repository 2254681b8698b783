"""What every training run shares: alone in its folder's parent, stoppable at any second, resumable, logged."""

from __future__ import annotations

import abc
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
from typing import Any, Iterator, Protocol

import torch
from torch import Tensor, nn

from refrag_train.checkpoint import read_checkpoint, refuse_differences
from refrag_train.workers import Workers

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


def require_finite(name: str, value: Tensor, step: int, label: str) -> None:
    """Stops before the weights take part in it: the last checkpoint stays as it is."""
    if not bool(value.detach().isfinite()):
        raise FloatingPointError(f"step {step}, {label}: the {name} is {value.item()}; expected a finite number")


class Log:
    """Figures by kind and label; their means over the last 50 steps become a line of log.jsonl."""

    def __init__(self, folder: Path, written: bool = True) -> None:
        """written: False where another process writes its figures."""
        self._path, self._written = folder / "log.jsonl", written
        self._start()

    def _start(self) -> None:
        self._figures: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        self._positions, self._segments, self._mark = 0, 0, time.monotonic()

    def add(self, kind: str, label: str, value: float) -> None:
        self._figures[kind][label].append(value)

    def read(self, positions: int, segments: int = 0) -> None:
        """Counts what a step read: positions, and the segments (questions, continuations, texts to rebuild) that it learned from."""
        self._positions += positions
        self._segments += segments

    def end_step(self, step: int, seconds: float) -> None:
        """Writes a line when it is time."""
        if step % LOG_EVERY:
            return
        elapsed = time.monotonic() - self._mark
        entry: dict[str, Any] = {
            "step": step,
            "seconds": round(seconds),
            "positions_per_second": round(self._positions / elapsed),
        }
        if self._segments:
            entry["segments_per_second"] = round(self._segments / elapsed, 2)
        for kind, labels in self._figures.items():
            entry[kind] = {label: round(sum(values) / len(values), 3) for label, values in sorted(labels.items())}
        if self._written:
            print(json.dumps(entry), flush=True)
            with open(self._path, "a") as out:
                out.write(json.dumps(entry) + "\n")
        self._start()


class Trained(Protocol):
    """What a run trains."""

    def save(self, path: Path, **extra: Any) -> None:
        """Writes its weights, and what the run adds."""

    def load_trained(self, state: dict[str, Tensor], source: Path) -> None:
        """Takes weights back. source: where they are from, for the error."""

    def parameters(self) -> Iterator[nn.Parameter]: ...


class Run(abc.ABC):
    """A training in a folder: checkpoint.pt, run.json, log.jsonl. A subclass sets what is trained, the optimiser and the counts of
    skipped rows, then calls `resume`. Its steps draw from `rng` and torch's generator only."""

    trained: Trained
    optimizer: torch.optim.Optimizer
    skipped: dict[str, int]

    def __init__(
        self,
        folder: Path,
        config: dict[str, Any],
        *,
        steps: int,
        seed: int,
        gradient_norm: float,
        dtype: torch.dtype,
        workers: Workers | None = None,
    ) -> None:
        """workers: the processes that run this together; None: this one alone, on the CPU."""
        self.folder, self._config, self._steps, self._seed = folder, config, steps, seed
        self._gradient_norm, self._dtype = gradient_norm, dtype
        self.workers = workers or Workers("cpu")
        self.settings = {**config, "dtype": str(dtype)}
        if self.workers.count > 1:
            self.settings["processes"] = self.workers.count
        folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(seed)
        self.rng = random.Random(seed)
        self.step, self.seconds = 0, 0.0

    @abc.abstractmethod
    def advance(self, log: Log) -> None:
        """One step, from the learning rate to `update`."""

    def resume(self) -> bool:
        """Goes on from the folder's checkpoint, with the same settings only: the schedule and the order of the rows follow from
        them. False when there is none."""
        path = self.folder / CHECKPOINT
        if not path.exists():
            return False
        saved = read_checkpoint(path, ("stage", "state", "optimizer", "rng", "torch_rng", "step", "seconds"))
        refuse_differences(path, saved["stage"], self.settings)
        self.trained.load_trained(saved["state"], path)
        try:
            self.optimizer.load_state_dict(saved["optimizer"])
            self.rng.setstate(saved["rng"])
            torch.set_rng_state(saved["torch_rng"])
        except (KeyError, TypeError, ValueError, RuntimeError) as e:
            raise ValueError(f"{path}: optimiser or random state does not fit: {e}") from e
        self.step, self.seconds = saved["step"], saved["seconds"]
        return True

    def save(self) -> None:
        """Writes the checkpoint in one move: a stop in the middle leaves the old one. The first process does it for all."""
        if not self.workers.first:
            return
        temporary = self.folder / "checkpoint.tmp"
        self.trained.save(
            temporary,
            stage=self.settings,
            optimizer=self.optimizer.state_dict(),
            rng=self.rng.getstate(),
            torch_rng=torch.get_rng_state(),
            step=self.step,
            seconds=self.seconds,
        )
        temporary.replace(self.folder / CHECKPOINT)

    def run(self, save_every: float = 120.0) -> None:
        """Until the last step, or SIGTERM / SIGINT."""
        if self.workers.first:
            print(json.dumps({"skipped": self.skipped}), flush=True)
        stopped, log, saved = stop_signals(), Log(self.folder, self.workers.first), time.monotonic()
        while self.step < self._steps and not self.workers.any(bool(stopped)):
            started = time.monotonic()
            if not self.workers.first:  # rows of its own, which need no state of their own in the checkpoint
                self.rng.seed(f"{self._seed}/{self.workers.rank}/{self.step}")
            self.advance(log)
            self.step += 1
            self.seconds += time.monotonic() - started
            log.end_step(self.step, self.seconds)
            if time.monotonic() - saved > save_every:
                self.save()
                saved = time.monotonic()
        self.save()

    def update(self, loss: Tensor, label: str) -> None:
        """One step of the optimiser. FloatingPointError for a loss or gradient that is not finite."""
        require_finite("loss", loss, self.step + 1, label)
        torch.autograd.backward(loss)
        free = [p for p in self.trained.parameters() if p.requires_grad]
        self.workers.average(free)
        norm = torch.nn.utils.clip_grad_norm_(free, self._gradient_norm)
        require_finite("gradient", norm, self.step + 1, label)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)

    def record(self) -> None:
        """run.json: what the run was, for the bundle's manifest."""
        if not self.workers.first:
            return
        run = {
            "stage": self._config,
            "skipped": self.skipped,
            "steps": self.step,
            "seconds": round(self.seconds),
            "threads": torch.get_num_threads(),
            "processes": self.workers.count,
            "device": self.workers.device.type,
            "dtype": str(self._dtype).removeprefix("torch."),
            "torch": torch.__version__,
            "date": time.strftime("%Y-%m-%d", time.gmtime()),
        }
        (self.folder / "run.json").write_text(json.dumps(run, indent=2) + "\n")
