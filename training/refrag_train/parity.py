"""PyTorch against a bundle in ONNX Runtime, on real prompts: chunk vectors, logits, greedy tokens.

python -m refrag_train.parity --base BASE --checkpoint FILE --bundle FOLDER --data DEV

Three comparisons, each with its tolerances (exit status 1 when one is missed):

| name | bundle's form | PyTorch's weights | what it holds |
|---|---|---|---|
| graph | fp32 | the bundle's own, rounded | the graphs compute the model (the head rounds its input in either form) |
| weights | fp32 | as trained | rounding the weights to 8 bits costs little |
| served | quantised | as trained | what users get, activations rounded too |

Both sides read the same token ids; the greedy tokens are PyTorch's, fed to both.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from refrag_train.corpus import Corpus
from refrag_train.encoder import TextEncoder
from refrag_train.evaluate import Evaluation, System
from refrag_train.export.reference import Float, Reference, forced, model_of, pieces
from refrag_train.export.session import Bundle
from refrag_train.layout import Entry
from refrag_train.model import CompressedDecoder
from refrag_train.prompt import Prompt, PromptFormat


@dataclass(frozen=True)
class Agreement:
    """Means over the prompts."""

    vectors_cosine: float
    logits_cosine: float
    divergence: float  # KL of the bundle's next-token distribution from PyTorch's, nat
    tokens: float  # share of the greedy tokens on which both agree

    def misses(self, tolerance: Agreement) -> list[str]:
        """Figures outside the tolerance."""
        own, limit = asdict(self), asdict(tolerance)
        found = [f"{n} {own[n]} < {limit[n]}" for n in ("vectors_cosine", "logits_cosine", "tokens") if own[n] < limit[n]]
        return found + ([f"divergence {self.divergence} > {tolerance.divergence}"] if self.divergence > tolerance.divergence else [])


GRAPH = Agreement(vectors_cosine=0.99999, logits_cosine=0.9999, divergence=0.001, tokens=0.98)
WEIGHTS = Agreement(vectors_cosine=0.9995, logits_cosine=0.999, divergence=0.01, tokens=0.96)
SERVED = Agreement(vectors_cosine=0.998, logits_cosine=0.995, divergence=0.06, tokens=0.88)


def cosine(a: Float, b: Float) -> float:
    """Mean cosine over rows."""
    return float(np.mean((a * b).sum(-1) / np.maximum(np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1), 1e-12)))


def divergence(a: Float, b: Float) -> float:
    """Mean over rows of KL(a, b), in nat; rows are logits."""
    p, q = (torch.log_softmax(torch.from_numpy(x).double(), -1) for x in (a, b))
    return float((p.exp() * (p - q)).sum(-1).mean())


@dataclass(frozen=True)
class Case:
    """A prompt of the evaluation, and the passages behind its chunks."""

    entries: list[Entry]
    passages: dict[str, list[int]]


def cases(evaluation: Evaluation, corpus: Corpus, prompt: Prompt, system: System) -> list[Case]:
    """The prompts of all questions."""
    found = []
    for i, question in enumerate(evaluation.questions):
        entries = [*evaluation.entries(i, system), *prompt.question(question.question)]
        pids = sorted({e.pid for e in entries if not isinstance(e, int)})
        found.append(Case(entries, {p: corpus.ids(p) for p in pids}))
    return found


def compare(reference: Reference, bundle: Bundle, prompts: list[Case], k: int, sink: int, steps: int) -> Agreement:
    """Agreement over all prompts; each side reads its own chunk vectors and token states."""
    vectors, logits, differences, same = [], [], [], []
    for case in prompts:
        own = {p: reference.vectors(ids, k) for p, ids in case.passages.items()}
        theirs = {p: bundle.encode(ids, k, sink) for p, ids in case.passages.items()}
        vectors += [cosine(own[p], theirs[p]) for p in own]
        states = {p: reference.states(ids) for p, ids in case.passages.items()}
        expected, tokens = reference.generate(pieces(case.entries, own, states), steps)
        states = {p: bundle.states(ids, sink) for p, ids in case.passages.items()}
        found = forced(bundle, pieces(case.entries, theirs, states), tokens)
        logits.append(cosine(expected, found))
        differences.append(divergence(expected, found))
        same.append(float(np.mean(found.argmax(-1) == tokens)))
    return Agreement(
        vectors_cosine=round(float(np.mean(vectors)), 6) if vectors else 1.0,
        logits_cosine=round(float(np.mean(logits)), 6),
        divergence=round(float(np.mean(differences)), 6),
        tokens=round(float(np.mean(same)), 4),
    )


def main() -> None:
    from transformers import AutoTokenizer

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder of a development set")
    parser.add_argument("--sets", default="squad11_dev")
    parser.add_argument("--prompts", type=int, default=20)
    parser.add_argument("--passages", type=int, default=3)
    parser.add_argument("--tokens", type=int, default=32)
    parser.add_argument("--system", help="see refrag_train.evaluate; default: mixed@K:0.1 at the bundle's own k")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    a = parser.parse_args()
    torch.set_num_threads(a.threads)
    tokenizer = AutoTokenizer.from_pretrained(a.base)
    model, corpus = CompressedDecoder.load(a.base, a.checkpoint), Corpus(a.data, a.sets.split(","), tokenizer)
    prompt = Prompt(tokenizer, PromptFormat.of(tokenizer, model.config.opening))
    evaluation = Evaluation(corpus, prompt, tokenizer, limit=a.prompts, passages=a.passages, seed=a.seed)
    fp32, quantised = Bundle(a.bundle, quantised=False, threads=a.threads), Bundle(a.bundle, threads=a.threads)
    system = System.parse(a.system or f"mixed@{quantised.manifest['default_chunk_tokens']}:0.1")
    prompts = cases(evaluation, corpus, prompt, system)
    trained = Reference(model, prompt.sink)
    encoder = model.pool if isinstance(model.pool, TextEncoder) else None
    rounded = Reference(model_of(fp32, a.base, encoder), prompt.sink)
    failed = False
    for name, reference, bundle, tolerance in (
        ("graph", rounded, fp32, GRAPH),
        ("weights", trained, fp32, WEIGHTS),
        ("served", trained, quantised, SERVED),
    ):
        agreement = compare(reference, bundle, prompts, system.k, prompt.sink, a.tokens)
        misses = agreement.misses(tolerance)
        failed |= bool(misses)
        print(json.dumps({"comparison": name, "prompts": len(prompts), **asdict(agreement), "misses": misses}), flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
