"""Ablations: short trainings that differ from the first one in one thing each, at equal compute.

python -m refrag_train.ablations --plan configs/smollm2-135m/ablations.toml --base BASE --data DATA --out runs/ablations

Variants are trained one after the other, in folders of OUT that are resumable like any stage's; those that begin alike share what is alike.
Each is evaluated on development questions as soon as it is there. A line each: seconds of training, the share of tokens that come back from
16 vectors of k = 4, loss (nat per token of the reference answer), and by how much the loss on vectors alone is above the first variant's,
question by question.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tomllib
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from refrag_train.base import check_tokenizer
from refrag_train.config import StageConfig
from refrag_train.corpus import Corpus
from refrag_train.evaluate import Evaluation, System
from refrag_train.model import CompressedDecoder
from refrag_train.probe import probe
from refrag_train.prompt import Prompt, PromptFormat
from refrag_train.run import CHECKPOINT, alone
from refrag_train.scores import interval
from refrag_train.stage import Stage
from refrag_train.states import encoder_inputs

SYSTEMS = ("none", "compressed@4", "shuffled@4", "mixed@4:0.1", "only@4:0.1")
DEVELOPMENT = "squad11_dev"


@dataclass(frozen=True)
class Variant:
    """A training of some stages, in order."""

    name: str
    stages: tuple[StageConfig, ...]

    def folders(self) -> list[str]:
        """A name per stage, which follows from that stage and those before it."""
        digests = [hashlib.sha256(repr(self.stages[: n + 1]).encode()).hexdigest() for n in range(len(self.stages))]
        return [f"{stage.name}-{digest[:8]}" for stage, digest in zip(self.stages, digests)]


def merged(table: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A table with changes; a table within it keeps what they do not name."""
    found = dict(table)
    for key, value in changes.items():
        found[key] = merged(found[key], value) if isinstance(value, dict) and isinstance(found.get(key), dict) else value
    return found


def read_plan(path: Path) -> list[Variant]:
    """Stages are tables `[stage.NAME]` of what a stage's file has, in their order; a `[[variant]]` has a name, changes to `all` stages, and
    changes under a stage's own name, of which steps = 0 leaves it out. ValueError for anything else."""
    plan = tomllib.loads(path.read_text())
    stages: dict[str, dict[str, Any]] = plan.pop("stage", {})
    variants: list[Variant] = []
    for table in plan.pop("variant", []):
        if "name" not in table or table.keys() - {"name", "all", *stages}:
            raise ValueError(f"{path}: a variant has {', '.join(sorted(table))}; expected name, and some of all, {', '.join(stages)}")
        own = [merged(merged({"name": name, **stage}, table.get("all", {})), table.get(name, {})) for name, stage in stages.items()]
        try:
            configs = tuple(StageConfig.of(stage) for stage in own if stage.get("steps") != 0)
        except (TypeError, ValueError) as e:
            raise ValueError(f"{path}: variant {table['name']!r}: {e}") from e
        variants.append(Variant(table["name"], configs))
    names = [v.name for v in variants]
    if plan or not variants or len(set(names)) < len(names) or not all(v.stages for v in variants):
        raise ValueError(f"{path} has {', '.join(plan) or names}; expected stage and variant, of which each has a name of its own and a stage")
    return variants


def train(variant: Variant, base: Path, data: Path, out: Path, dtype: torch.dtype) -> tuple[Path, float]:
    """Its last checkpoint, and the seconds that its stages took."""
    last, seconds = None, 0.0
    for config, name in zip(variant.stages, variant.folders()):
        folder = out / name
        with alone(folder), redirect_stdout(sys.stderr):  # its log: rows alone are printed
            stage = Stage(config, base, data, folder, last, dtype)
            stage.run()
            if stage.step < config.steps:
                sys.exit(f"{folder} was stopped at step {stage.step} of {config.steps}; the same command goes on from there")
            stage.record()
        last, seconds = folder / CHECKPOINT, seconds + stage.seconds
    assert last is not None
    return last, seconds


def main() -> None:
    from transformers import AutoTokenizer

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plan", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder with rag_train and rag_dev")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=60, help="questions")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="bfloat16")
    a = parser.parse_args()
    torch.set_num_threads(a.threads)
    check_tokenizer(a.base)
    dtype = getattr(torch, a.dtype)
    tokenizer = AutoTokenizer.from_pretrained(a.base)
    corpus, first = Corpus(a.data / "rag_dev", [DEVELOPMENT], tokenizer), None
    for variant in read_plan(a.plan):
        checkpoint, seconds = train(variant, a.base, a.data / "rag_train", a.out, dtype)
        model = CompressedDecoder.load(a.base, checkpoint, dtype)
        prompt = Prompt(tokenizer, PromptFormat.of(tokenizer, model.config.opening))
        inputs = encoder_inputs(model, prompt.sink, corpus.ids)
        evaluation = Evaluation(corpus, prompt, tokenizer, limit=a.limit, passages=5, seed=a.seed)
        losses = {name: np.array([answer.loss for answer in evaluation.read(model, inputs, System.parse(name))]) for name in SYSTEMS}
        steps = ", ".join(f"{s.name} {s.steps}" for s in variant.stages)
        row: dict[str, Any] = {"variant": variant.name, "steps": steps, "seconds": round(seconds), "questions": len(evaluation.questions)}
        row["rebuilt"] = probe(model, inputs, corpus, prompt, k=4, chunks=16, seed=a.seed)["rebuilt"]
        row |= {name: round(float(of.mean()), 3) for name, of in losses.items()}
        first = losses if first is None else first
        row["compressed_above_first"] = interval(losses["compressed@4"] - first["compressed@4"], a.seed)
        row["shuffled_above_compressed"] = interval(losses["shuffled@4"] - losses["compressed@4"], a.seed)
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
