"""How well tokens come back from chunk vectors: the gate between the stages, and what the manifest says of each k.

python -m refrag_train.probe --base BASE --checkpoint FILE --data DEV

Per k and number of chunks: loss, and share of tokens predicted, each after the right ones before it: with the right vectors, with another
passage's vectors, and without any, which is what the text alone tells. Per k and number of passages: the same of the first token behind four
words of one of them, which has to be found, and of those after it. Passages are development ones.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

import torch

from refrag_train.corpus import Corpus
from refrag_train.layout import Inputs, Row, collate, token_losses
from refrag_train.model import CompressedDecoder
from refrag_train.prompt import Prompt
from refrag_train.states import encoder_inputs
from refrag_train.tasks.answering import continuation, prefix
from refrag_train.tasks.reconstruction import Reconstruction
from refrag_train.workers import Workers

SOUGHT_TOKENS = 20

MOST_TOKENS = 400
"""Longer passages are not searched: five of them have to fit."""


def exchanged(rows: list[Row]) -> list[Row]:
    """Every row keeps its tokens and gets the chunks of the next one."""
    return [Row(rows[(i + 1) % len(rows)].prefix, row.segments) for i, row in enumerate(rows)]


@torch.no_grad()
def probe(model: CompressedDecoder, inputs: Inputs, corpus: Corpus, prompt: Prompt, k: int, chunks: int, seed: int) -> dict[str, float]:
    """About 2,000 tokens of spans of `chunks` chunks, one per passage, no passage twice."""
    rng = random.Random(seed)
    fitting = sorted(p for p in corpus.text if len(corpus.ids(p)) >= k * chunks)
    passages = rng.sample(fitting, min(len(fitting), max(2, 2048 // (k * chunks))))
    rows = [
        Reconstruction(corpus, prompt, [p], chunk_tokens=[k], chunks=[chunks], tokens=k * chunks).row(rng, k, chunks)
        for p in passages
    ]
    figures: dict[str, float] = {}
    variants = {"right": rows, "wrong": exchanged(rows), "none": [Row(row.prefix[:1], row.segments) for row in rows]}
    for name, variant in variants.items():
        loss, hit = predicted(model, inputs, variant, k)
        figures[f"loss_{name}"] = mean(loss)
        figures["rebuilt" if name == "right" else f"rebuilt_{name}"] = mean(hit)
    return figures


@torch.no_grad()
def found(
    model: CompressedDecoder, inputs: Inputs, corpus: Corpus, prompt: Prompt, k: int, passages: int, seed: int, count: int = 96
) -> dict[str, float]:
    """`count` prompts of so many passages each, and the words behind four of one of them."""
    rng = random.Random(seed)
    fitting = sorted(p for p in corpus.text if 12 <= len(corpus.ids(p)) <= MOST_TOKENS)
    drawn = [rng.sample(fitting, passages) for _ in range(count)]
    asked = [rng.randrange(passages) for _ in drawn]
    sought = [continuation(rng, prompt, p, pids[p], corpus.ids(pids[p]), SOUGHT_TOKENS, 1.0) for p, pids in zip(asked, drawn)]

    def rows(raw: bool) -> list[Row]:
        expanded: list[set[int] | None] = [None if raw else set()] * passages
        return [Row(prefix(prompt, corpus, "", pids, expanded, k), [segment]) for pids, segment in zip(drawn, sought)]

    starts = torch.tensor([sum(w > 0 for w in s.weights) for s in sought]).cumsum(0)
    first = torch.zeros(int(starts[-1]), dtype=torch.bool)
    first[torch.cat([torch.zeros(1, dtype=torch.long), starts[:-1]])] = True
    figures: dict[str, float] = {}
    for name, variant in {"right": rows(False), "wrong": exchanged(rows(False)), "raw": rows(True)}.items():
        loss, hit = predicted(model, inputs, variant, k)
        for part, of in {"first": first, "after": ~first}.items():
            figures[f"loss_{part}_{name}"] = mean(loss[of])
            figures[f"{part}_{name}"] = mean(hit[of])
    return figures


def predicted(model: CompressedDecoder, inputs: Inputs, rows: list[Row], k: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Loss and whether it is the likeliest, of each supervised token of the rows in their order."""
    losses, hits = [], []
    for i in range(0, len(rows), 8):
        loss, _, hit = token_losses(model, collate(rows[i : i + 8], k, model.decoder.dimension, inputs).to(model.device))
        losses.append(loss.cpu())
        hits.append(hit.cpu())
    return torch.cat(losses), torch.cat(hits)


def mean(values: torch.Tensor) -> float:
    return round(float(values.float().mean()), 3)


def main() -> None:
    from transformers import AutoTokenizer

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sets", default="squad11_dev")
    parser.add_argument("--chunks", type=int, nargs="+", default=[1, 4, 16])
    parser.add_argument("--passages", type=int, nargs="+", default=[1, 5])
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="bfloat16")
    a = parser.parse_args()
    torch.set_num_threads(a.threads)
    tokenizer = AutoTokenizer.from_pretrained(a.base)
    prompt, corpus = Prompt(tokenizer), Corpus(a.data, a.sets.split(","), tokenizer)
    model = CompressedDecoder.load(a.base, a.checkpoint, getattr(torch, a.dtype)).to(Workers(a.device).device)
    inputs = encoder_inputs(model, prompt.sink, corpus.ids)
    for k in model.config.chunk_sizes:
        for chunks in a.chunks:
            figures = probe(model, inputs, corpus, prompt, k, chunks, a.seed)
            print(json.dumps({"k": k, "chunks": chunks, **figures}), flush=True)
        for passages in a.passages:
            figures = found(model, inputs, corpus, prompt, k, passages, a.seed)
            print(json.dumps({"k": k, "passages": passages, **figures}), flush=True)


if __name__ == "__main__":
    main()
