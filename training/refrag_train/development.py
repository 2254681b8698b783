"""How far training has come: what published bundles make of the same development questions, against the core hours behind each.

python -m refrag_train.development --base BASE --data DEV BUNDLE...

A line per bundle, in the order of their hours: for each system of `refrag_train.evaluate` the loss, nat per token of the reference answer, with
its 95 % interval; `compressed_below_first`: by how much vectors alone are better than in the first bundle, question by question. All read the
same tokens, so that the curve says what more training of the same kind would gain. Bundles are read as they are served, up to the rounding of
activations; those of another format than this version's are refused.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from refrag_train.corpus import Corpus
from refrag_train.evaluate import Answer, Evaluation, System, above
from refrag_train.prompt import Prompt, PromptFormat
from refrag_train.report.card import core_hours
from refrag_train.restore import restore
from refrag_train.scores import interval
from refrag_train.states import encoder_inputs

MANIFEST = "manifest.json"
ALONE = "compressed@4"
SYSTEMS = ("raw", "none", ALONE, "shuffled@4", "mixed@16:0.1", "only@16:0.1")


def in_order(folders: list[Path]) -> list[tuple[float, str, Path]]:
    """Core hours, name and folder of each bundle, the least trained one first. ValueError for a folder that neither is one nor has any."""
    bundles: list[Path] = []
    for folder in folders:
        own = [folder] if (folder / MANIFEST).exists() else [path.parent for path in folder.glob(f"*/{MANIFEST}")]
        if not own:
            raise ValueError(f"{folder} has no {MANIFEST}, nor folders that have one; expected a bundle, or a folder of bundles")
        bundles += own
    manifests = [(json.loads((bundle / MANIFEST).read_text()), bundle) for bundle in bundles]
    return sorted((round(core_hours(m), 1), f"{m['name']} {m['version']}", bundle) for m, bundle in manifests)


def spelled(bundle: Path, form: PromptFormat) -> PromptFormat:
    """A prompt whose answers are spelled as the bundle has learned to."""
    return replace(form, answer=json.loads((bundle / MANIFEST).read_text())["prompt"]["answer"])


def row(name: str, hours: float, read: dict[str, list[Answer]], first: dict[str, list[Answer]], seed: int) -> dict[str, Any]:
    """What one bundle made of the questions. first: what the least trained one did."""
    losses = {system: np.array([answer.loss for answer in answers]) for system, answers in read.items()}
    values: dict[str, Any] = {"trained": name, "core_hours": hours, "questions": len(losses[ALONE])}
    values |= {system: interval(of, seed) for system, of in losses.items()}
    return values | {"compressed_below_first": above(first[ALONE], read[ALONE], seed)}


def main() -> None:
    from transformers import AutoTokenizer

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundles", type=Path, nargs="+", metavar="BUNDLE", help="its folder, or one with folders of bundles")
    parser.add_argument("--base", type=Path, required=True, help="folder made by python -m refrag_train.base")
    parser.add_argument("--data", type=Path, required=True, help="folder of a development set")
    parser.add_argument("--sets", default="squad11_dev")
    parser.add_argument("--limit", type=int, default=60)
    parser.add_argument("--passages", type=int, default=5)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="bfloat16")
    a = parser.parse_args()
    torch.set_num_threads(a.threads)
    tokenizer = AutoTokenizer.from_pretrained(a.base)
    corpus, first = Corpus(a.data, a.sets.split(","), tokenizer), None
    for hours, name, bundle in in_order(a.bundles):
        model = restore(bundle, a.base, getattr(torch, a.dtype))
        prompt = Prompt(tokenizer, spelled(bundle, PromptFormat.of(tokenizer, model.config.opening)))
        inputs = encoder_inputs(model, prompt.sink, corpus.ids)
        evaluation = Evaluation(corpus, prompt, tokenizer, limit=a.limit, passages=a.passages, seed=a.seed)
        read = {system: evaluation.read(model, inputs, System.parse(system)) for system in SYSTEMS}
        first = read if first is None else first
        print(json.dumps(row(name, hours, read, first, a.seed)), flush=True)


if __name__ == "__main__":
    main()
