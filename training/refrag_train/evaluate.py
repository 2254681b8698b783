"""Answer loss on development questions: whether vectors are read, at what k, against fair controls.

Systems: none (no passages), raw (all raw), states (all as token states), compressed@K, shuffled@K (vectors of another question's
passages: proves that vectors are read; at least as bad as none where they carry the passages and nothing else), mixed@K:SHARE (that share of the chunks raw, as the lexical policy chooses them), only@K:SHARE (the
same raw chunks alone, as `refrag eval` has it), mixed-states@K:SHARE and only-states@K:SHARE (those chunks as token states).
Compare a system only with none and raw of the same weights; where none comes first, those after it are, question by question.
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch

from refrag_train.corpus import Corpus
from refrag_train.layout import ChunkRef, Entry, Inputs, Row, Segment, collate, token_losses
from refrag_train.lexical import LexicalChoice
from refrag_train.model import CompressedDecoder
from refrag_train.prompt import Prompt, PromptFormat
from refrag_train.scores import interval
from refrag_train.states import encoder_inputs
from refrag_train.tasks.answering import Expanded, expanded_alone, prefix
from refrag_train.workers import Workers


@dataclass(frozen=True)
class System:
    """A row of the table."""

    KINDS: ClassVar = ("none", "raw", "states", "compressed", "shuffled", "mixed", "only", "mixed-states", "only-states")

    name: str
    kind: str
    k: int
    share: float

    @staticmethod
    def parse(text: str) -> System:
        kind, _, rest = text.partition("@")
        k, _, share = rest.partition(":")
        if kind not in System.KINDS:
            raise ValueError(f"system is {text!r}; expected one of {', '.join(System.KINDS)}, with @K or @K:SHARE")
        return System(text, kind, int(k or 4), float(share or 0))


@dataclass(frozen=True)
class Answer:
    """Mean loss (nat) per token of an answer, and of the first one, which has to be found where the others go on; share of its tokens
    predicted; positions of the prompt."""

    loss: float
    first: float
    accuracy: float
    positions: int


class Evaluation:
    """The first `limit` questions in an order drawn by the seed, each with its gold and first hard negatives, shuffled."""

    def __init__(self, corpus: Corpus, prompt: Prompt, tokenizer: Any, *, limit: int, passages: int, seed: int) -> None:
        self._corpus, self._prompt, self._choice = corpus, prompt, LexicalChoice(corpus, tokenizer)
        questions = sorted((q for rows in corpus.questions.values() for q in rows), key=lambda q: q.id)
        if not questions:
            raise ValueError(f"no question can be evaluated; skipped: {corpus.skipped.counts()}")
        self.questions = random.Random(seed).sample(questions, min(limit, len(questions)))
        self.pids: list[list[str]] = []
        for q in self.questions:
            pids = [*q.gold, *q.negatives][:passages]
            random.Random(f"{seed}/{q.id}").shuffle(pids)
            self.pids.append(pids)

    def entries(self, index: int, system: System) -> list[Entry]:
        """What the decoder reads before the question."""
        pids, k, asked = self.pids[index], system.k, self.questions[index].question
        if system.kind == "none":
            return list(self._prompt.opening(asked))
        form: Expanded = "states" if system.kind.endswith("states") else "raw"
        if system.kind in ("raw", "states"):
            return prefix(self._prompt, self._corpus, asked, pids, [None] * len(pids), k, form)
        if system.kind.startswith(("mixed", "only")):
            chosen = self._choice.raw(asked, pids, k, system.share)
            lay_out = expanded_alone if system.kind.startswith("only") else prefix
            return lay_out(self._prompt, self._corpus, asked, pids, list(chosen), k, form)
        entries = prefix(self._prompt, self._corpus, asked, pids, [set() for _ in pids], k)
        if system.kind == "compressed":
            return entries
        if (n := len(self.pids)) < 2:
            raise ValueError(f"there is {n} question; shuffled vectors are those of another one")
        others = self.pids[(index + 1 + 6 % (n - 1)) % n]
        strange = [ChunkRef(p, c) for p in others for c in range(len(self._corpus.ids(p)) // k)]
        place = iter(range(len(entries)))
        return [strange[next(place) % len(strange)] if isinstance(e, ChunkRef) else e for e in entries]

    @torch.no_grad()
    def read(self, model: CompressedDecoder, inputs: Inputs, system: System) -> list[Answer]:
        """How each question's answer is read, in the order of the questions."""
        found = []
        for i, q in enumerate(self.questions):
            entries = self.entries(i, system)
            asked, answer = self._prompt.question(q.question), self._prompt.answer(q.answers[0])
            segment = Segment(asked + answer, [0.0] * len(asked) + [1.0] * len(answer))
            batch = collate([Row(entries, [segment])], system.k, model.decoder.dimension, inputs).to(model.device)
            loss, _, right = token_losses(model, batch)
            found.append(Answer(float(loss.mean()), float(loss[0]), float(right.float().mean()), len(entries) + len(asked)))
        return found

    def run(self, model: CompressedDecoder, inputs: Inputs, system: System) -> dict[str, float]:
        """Means over the questions."""
        return means(self.read(model, inputs, system))


def means(read: list[Answer]) -> dict[str, float]:
    """Of each field."""
    sums = {f.name: sum(getattr(answer, f.name) for answer in read) / len(read) for f in fields(Answer)}
    return {name: round(mean, 1 if name == "positions" else 3) for name, mean in sums.items()}


def above(read: list[Answer], rival: list[Answer], seed: int) -> list[float]:
    """By how much the losses are above a rival's of the same questions: mean, and its 95 % interval."""
    return interval(np.array([own.loss - other.loss for own, other in zip(read, rival, strict=True)]), seed)


def main() -> None:
    from transformers import AutoTokenizer

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder of a development set")
    parser.add_argument("--sets", default="squad11_dev")
    parser.add_argument("--systems", default="none,raw,compressed@4,shuffled@4,mixed@4:0.15,only@4:0.15,compressed@8,shuffled@8,compressed@16,shuffled@16,mixed@16:0.15,only@16:0.15")
    parser.add_argument("--limit", type=int, default=100)
    parser.add_argument("--passages", type=int, default=5)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="bfloat16")
    a = parser.parse_args()
    torch.set_num_threads(a.threads)
    tokenizer = AutoTokenizer.from_pretrained(a.base)
    corpus = Corpus(a.data, a.sets.split(","), tokenizer)
    model = CompressedDecoder.load(a.base, a.checkpoint, getattr(torch, a.dtype)).to(Workers(a.device).device)
    prompt = Prompt(tokenizer, PromptFormat.of(tokenizer, model.config.opening))
    inputs = encoder_inputs(model, prompt.sink, corpus.ids)
    evaluation = Evaluation(corpus, prompt, tokenizer, limit=a.limit, passages=a.passages, seed=a.seed)
    none: list[Answer] | None = None
    for system in map(System.parse, a.systems.split(",")):
        read = evaluation.read(model, inputs, system)
        row: dict[str, Any] = {"system": system.name, **means(read)}
        if system.kind == "none":
            none = read
        elif none is not None:
            row["loss_above_none"] = above(read, none, a.seed)
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
