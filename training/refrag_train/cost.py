"""What a stage costs, without running it: python -m refrag_train.cost --config FILE --decoder FOLDER --tokenizer BASE --data DATA

Draws rows as the stage does, lets PyTorch count the floating-point operations of their forward and backward passes on tensors without
content, and says how long all steps take at a given speed. Of the decoder, config.json is enough. Encoding counts once for each passage
that the drawn steps read, as the stage's memory of states has it; where more steps read the same passages its share is smaller.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from refrag_train.config import Choice, StageConfig
from refrag_train.corpus import Corpus
from refrag_train.layout import Batch, ChunkRef, TokenRef, collate, hidden
from refrag_train.lexical import ChunkChoice, LexicalChoice
from refrag_train.model import CompressedDecoder, causal_mask
from refrag_train.prompt import Prompt
from refrag_train.stage import make_tasks, read_corpus

META = torch.device("meta")


class NoStates:
    """Stands for the encoder: zeros, and which passages were read."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self.read: set[str] = set()

    def chunks(self, refs: list[ChunkRef], k: int) -> tuple[Tensor, Tensor]:
        self.read |= {c.pid for c in refs}
        return torch.zeros(len(refs), k, self._dimension), torch.zeros(len(refs), k)

    def tokens(self, refs: list[TokenRef]) -> Tensor:
        self.read |= {e.pid for e in refs}
        return torch.zeros(len(refs), self._dimension)


def step_operations(model: CompressedDecoder, batch: Batch) -> int:
    """Floating-point operations of one step on a batch, forward and backward; a multiplication and an addition are two."""
    supervised = int((batch.weights > 0).sum())
    with FlopCounterMode(display=False) as counter:
        last = hidden(model, batch.to(META)).view(-1, model.decoder.dimension)
        model.logits(last[:supervised]).sum().backward()  # type: ignore[no-untyped-call]
    return int(counter.get_total_flops())


def encoding_operations(model: CompressedDecoder, lengths: list[int]) -> int:
    """Floating-point operations of reading passages with the shared encoder, each in one piece."""
    with FlopCounterMode(display=False) as counter:
        for t in lengths:
            model.lower(torch.zeros(1, t, dtype=torch.long, device=META), torch.arange(t, device=META)[None], causal_mask(t).to(META))
    return int(counter.get_total_flops())


def main() -> None:
    from transformers import AutoTokenizer

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, required=True, help="of a stage with a shared encoder")
    parser.add_argument("--decoder", type=Path, required=True, help="folder with the decoder's config.json")
    parser.add_argument("--tokenizer", type=Path, required=True, help="folder with a tokenizer: the decoder's own, or one like it")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--samples", type=int, default=40, help="steps that are drawn")
    parser.add_argument("--tflops", type=float, nargs="+", default=[0.3, 60.0, 200.0], help="speeds in 10^12 operations a second, sustained")
    a = parser.parse_args()
    config = StageConfig.read(a.config)
    tokenizer = AutoTokenizer.from_pretrained(a.tokenizer)
    prompt = Prompt(tokenizer)
    corpus: Corpus = read_corpus(config, a.data, tokenizer)
    model = CompressedDecoder(a.decoder, config.model, torch.bfloat16, META)
    choice = LexicalChoice(corpus, tokenizer)  # a learned one keeps as many chunks
    choices: dict[Choice, ChunkChoice] = {"lexical": choice, "learned": choice}
    tasks = make_tasks(config, a.data, corpus, prompt, tokenizer, choices, model.decoder.context_positions)
    rng, states = random.Random(config.seed), NoStates(model.decoder.dimension)
    operations = positions = 0
    for i in range(a.samples):
        task = rng.choices([t for _, t in tasks], [w for w, _ in tasks])[0]
        sample = task.sample(rng, i / a.samples)
        batch = collate(sample.rows, sample.k, model.decoder.dimension, states)
        operations += step_operations(model, batch)
        positions += batch.positions.numel()
    encoding = encoding_operations(model, [1 + len(corpus.ids(p)) for p in sorted(states.read)])
    per_step = (operations + encoding) / a.samples
    total = per_step * config.steps
    print(
        json.dumps(
            {
                "stage": config.name,
                "steps": config.steps,
                "positions_per_step": round(positions / a.samples),
                "teraflop_per_step": round(per_step / 1e12, 3),
                "of_it_encoding": round(encoding / (operations + encoding), 3),
                "hours": {f"{speed:g} TFLOP/s": float(f"{total / speed / 1e12 / 3600:.3g}") for speed in a.tflops},
            }
        )
    )


if __name__ == "__main__":
    main()
