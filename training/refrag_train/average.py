"""Averages checkpoints of one training: python -m refrag_train.average --of runs/chosen runs/nearer --out runs/averaged

Each weight becomes the mean of what the run folders' checkpoints have (arXiv 2203.05482, "model soups"): a stage that went on from another one
keeps what it has learned, and gets back some of what it has lost. Writes checkpoint.pt, to be exported or to start from, and run.json.
"""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path
from typing import Any

import torch

from refrag_train.checkpoint import read_checkpoint, refuse_differences
from refrag_train.run import CHECKPOINT


def average(folders: list[Path]) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    """Config and mean weights. ValueError where there are fewer than two, or they are not of one model."""
    if len(folders) < 2:
        raise ValueError(f"{len(folders)} run folder to average; expected at least two")
    files = [folder / CHECKPOINT for folder in folders]
    read = [read_checkpoint(file, ("config", "state")) for file in files]
    first = read[0]
    for file, other in zip(files[1:], read[1:]):
        refuse_differences(file, other["config"], first["config"])
        shapes = [{name: tuple(t.shape) for name, t in c["state"].items()} for c in (other, first)]
        refuse_differences(file, *shapes)
    state = {}
    for name, tensor in first["state"].items():
        if all(torch.equal(c["state"][name], tensor) for c in read[1:]):
            # What no stage has changed: the mean of three equal numbers is not always that number.
            state[name] = tensor
            continue
        mean = torch.stack([c["state"][name].float() for c in read]).mean(0)
        if not torch.isfinite(mean).all():
            raise ValueError(f"the mean of {name} is not finite; a checkpoint of {', '.join(map(str, folders))} is broken")
        state[name] = mean.to(tensor.dtype)
    return first["config"], state


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--of", type=Path, nargs="+", required=True, help="run folders")
    parser.add_argument("--out", type=Path, required=True, help="run folder to make")
    a = parser.parse_args()
    config, state = average(a.of)
    a.out.mkdir(parents=True, exist_ok=True)
    torch.save({"config": config, "state": state}, a.out / CHECKPOINT)
    stage = {"name": a.out.name, "average_of": [folder.name for folder in a.of]}
    run = {"stage": stage, "steps": 0, "seconds": 0, "threads": 1, "dtype": "float32", "torch": torch.__version__, "date": str(date.today())}
    (a.out / "run.json").write_text(json.dumps(run, indent=2) + "\n")


if __name__ == "__main__":
    main()
