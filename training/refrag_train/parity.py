"""PyTorch against the bundle in ONNX Runtime, on real prompts: chunk vectors, logits, greedy tokens.

python -m refrag_train.parity --base BASE --checkpoint FILE --bundle FOLDER --data DEV

Both read the same token ids; the reference is the trained model in fp32. Tolerances (exit status 1 when one is missed):

| form | chunk vectors, cosine | logits, cosine | first token agrees | tokens agree, same prefix fed |
| fp32 products over 8-bit weights | 0.995 | 0.995 | 90 % | 95 % |
| quantised | 0.98 | 0.97 | 80 % | 85 % |
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from refrag_train.corpus import Corpus
from refrag_train.evaluate import Evaluation, System
from refrag_train.export.session import Bundle
from refrag_train.layout import ChunkRef, Entry
from refrag_train.model import CompressedDecoder, causal_mask
from refrag_train.prompt import Prompt
from refrag_train.states import encode_states

Float = NDArray[np.float32]
Pieces = list[list[int] | Float]  # a prompt: raw tokens, or chunk vectors [n, d]


@dataclass(frozen=True)
class Agreement:
    """Means over the prompts; the tokens are those of the reference, fed to both."""

    vectors_cosine: float
    logits_cosine: float
    first_token: float
    tokens: float

    def misses(self, least: Agreement) -> list[str]:
        """Figures below the tolerance."""
        return [f"{n} {v:.4f} < {getattr(least, n)}" for n, v in asdict(self).items() if v < getattr(least, n)]


FP32 = Agreement(vectors_cosine=0.995, logits_cosine=0.995, first_token=0.9, tokens=0.95)
QUANTISED = Agreement(vectors_cosine=0.98, logits_cosine=0.97, first_token=0.8, tokens=0.85)


class Reference:
    """The trained model, fp32, in PyTorch."""

    def __init__(self, model: CompressedDecoder, sink: int) -> None:
        self._model, self._sink = model, sink

    @torch.no_grad()
    def vectors(self, ids: list[int], k: int) -> Float:
        """Chunk vectors [ceil(n / k), d] of a passage."""
        states = encode_states(self._model, self._sink, [ids])[0].float()
        chunks = -(-len(ids) // k)
        padded, valid = torch.zeros(chunks * k, states.shape[1]), torch.zeros(chunks * k)
        padded[: len(ids)], valid[: len(ids)] = states, 1.0
        out: Float = self._model.pool(padded.view(chunks, k, -1), valid.view(chunks, k)).numpy()
        return out

    @torch.no_grad()
    def generate(self, pieces: Pieces, steps: int) -> tuple[list[Float], list[int]]:
        """Greedy: logits before each token, and the tokens. The whole prompt is run again for each: plain, not fast."""
        tokens: list[int] = []
        logits: list[Float] = []
        while len(tokens) < steps:
            sequence = [*pieces, tokens] if tokens else pieces
            raw = torch.tensor([[t for piece in sequence if isinstance(piece, list) for t in piece]])
            states = self._model.lower(raw, torch.arange(raw.shape[1])[None], causal_mask(raw.shape[1]))[0]
            x = torch.from_numpy(laid_out(sequence, states.numpy()))[None]
            hidden = self._model.upper(x, torch.arange(x.shape[1])[None], causal_mask(x.shape[1]))
            logits.append(self._model.logits(hidden[0, -1:])[0].numpy())
            tokens.append(int(logits[-1].argmax()))
        return logits, tokens


def pieces(entries: list[Entry], vectors: dict[str, Float]) -> Pieces:
    """Runs of raw tokens and of chunk vectors."""
    result: Pieces = []
    for e in entries:
        if isinstance(e, ChunkRef):
            row = vectors[e.pid][e.index : e.index + 1]
            if result and not isinstance(result[-1], list):
                result[-1] = np.concatenate([result[-1], row])
            else:
                result.append(row)
        elif result and isinstance(result[-1], list):
            result[-1].append(e)
        else:
            result.append([e])
    return result


def laid_out(prompt: Pieces, states: Float) -> Float:
    """States of the raw tokens [raw, d] and the chunk vectors in prompt order, [positions, d]."""
    rows, at = [], 0
    for piece in prompt:
        if isinstance(piece, list):
            rows.append(states[at : at + len(piece)])
            at += len(piece)
        else:
            rows.append(piece)
    return np.concatenate(rows)


def forced(bundle: Bundle, prompt: Pieces, tokens: list[int]) -> list[Float]:
    """Logits before each of the given tokens."""
    low, high = bundle.lower_cache(), bundle.upper_cache()
    states = bundle.lower([t for piece in prompt if isinstance(piece, list) for t in piece], low)
    logits = [bundle.upper(laid_out(prompt, states), high)]
    for token in tokens[:-1]:
        logits.append(bundle.upper(bundle.lower([token], low), high))
    return logits


def cosine(a: Float, b: Float) -> float:
    """Mean cosine over rows."""
    return float(np.mean((a * b).sum(-1) / np.maximum(np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1), 1e-12)))


def compare(reference: Reference, bundle: Bundle, evaluation: Evaluation, corpus: Corpus, prompt: Prompt, system: System, steps: int) -> Agreement:
    """Agreement of a bundle with the reference over all prompts of the evaluation."""
    vectors_cosine, logits_cosine, first, same = [], [], [], []
    for i, question in enumerate(evaluation.questions):
        entries = [*evaluation.entries(i, system), *prompt.question(question.question)]
        pids = sorted({e.pid for e in entries if isinstance(e, ChunkRef)})
        own = {p: reference.vectors(corpus.ids(p), system.k) for p in pids}
        theirs = {p: bundle.encode(corpus.ids(p), system.k, prompt.sink) for p in pids}
        vectors_cosine += [cosine(own[p], theirs[p]) for p in pids]
        logits, tokens = reference.generate(pieces(entries, own), steps)
        others = forced(bundle, pieces(entries, theirs), tokens)
        logits_cosine += [cosine(a[None], b[None]) for a, b in zip(logits, others)]
        agree = [int(b.argmax()) == t for b, t in zip(others, tokens)]
        first.append(agree[0])
        same += agree
    return Agreement(*(round(float(np.mean(v)), 4) for v in (vectors_cosine, logits_cosine, first, same)))


def main() -> None:
    from transformers import AutoTokenizer

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sets", default="squad11_dev")
    parser.add_argument("--prompts", type=int, default=20)
    parser.add_argument("--passages", type=int, default=3)
    parser.add_argument("--tokens", type=int, default=32)
    parser.add_argument("--system", default="mixed@4:0.15")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    a = parser.parse_args()
    torch.set_num_threads(a.threads)
    tokenizer = AutoTokenizer.from_pretrained(a.base)
    prompt, corpus = Prompt(tokenizer), Corpus(a.data, a.sets.split(","), tokenizer)
    evaluation = Evaluation(corpus, prompt, tokenizer, limit=a.prompts, passages=a.passages, seed=a.seed)
    reference = Reference(CompressedDecoder.load(a.base, a.checkpoint), prompt.sink)
    failed = False
    for quantised, least in ((False, FP32), (True, QUANTISED)):
        bundle = Bundle(a.bundle, quantised, a.threads)
        agreement = compare(reference, bundle, evaluation, corpus, prompt, System.parse(a.system), a.tokens)
        misses = agreement.misses(least)
        failed |= bool(misses)
        form = "quantised" if quantised else "fp32"
        print(json.dumps({"form": form, "prompts": a.prompts, **asdict(agreement), "misses": misses}), flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
