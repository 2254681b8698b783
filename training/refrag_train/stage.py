"""A training stage: one TOML file, one loop, resumable to the step, stoppable at any second."""

from __future__ import annotations

import argparse
import json
import random
import tomllib
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, Mapping, get_args

import torch
from torch import Tensor

from refrag_train.base import check_tokenizer
from refrag_train.corpus import Corpus
from refrag_train.distillation import Distillation, DistillationConfig, states_at
from refrag_train.layout import Batch, collate, hidden, token_losses
from refrag_train.lexical import ChunkChoice, LexicalChoice
from refrag_train.model import CompressedDecoder, ModelConfig
from refrag_train.policy.choice import LearnedChoice
from refrag_train.policy.model import SelectionPolicy
from refrag_train.policy.queries import Queries
from refrag_train.prompt import Prompt
from refrag_train.run import Log, Run, alone, learning_rate
from refrag_train.states import StateCache, encoder_inputs
from refrag_train.tasks import Sample, Task
from refrag_train.tasks.answering import Answering
from refrag_train.tasks.reconstruction import Reconstruction
from refrag_train.workers import Workers

START = "start.pt"
Choice = Literal["lexical", "learned"]


@dataclass(frozen=True, kw_only=True)
class ReconstructionConfig:
    """Share of the steps, and how rows are drawn (see Reconstruction) from how many passages."""

    weight: float = 1.0
    sets: list[str]
    chunk_tokens: list[int]
    chunks: list[int]
    tokens: int = 384
    passages: int = 3000


@dataclass(frozen=True, kw_only=True)
class AnsweringConfig:
    """Share of the steps, and how rows are drawn (see Answering). choice: what decides on the raw chunks of a mixed prompt."""

    weight: float = 1.0
    sets: dict[str, float]
    contexts: dict[str, float]
    chunk_tokens: list[int]
    passages: tuple[int, int] = (1, 5)
    questions: int = 8
    expand: tuple[float, float] = (0.05, 0.3)
    served: float = 0.7
    states: float = 0.0
    alone: float = 0.0
    absent: float = 0.0
    choice: Choice = "lexical"
    continuations: int = 0
    continuation_weight: float = 0.3
    max_raw_tokens: int = 1200


@dataclass(frozen=True, kw_only=True)
class StageConfig:
    """All of a stage's settings; unknown keys are errors."""

    name: str
    steps: int
    seed: int = 17
    adapter_rate: float = 1e-3
    pool_rate: float = 6e-4
    train_pool: bool = True
    warmup_steps: int = 20
    final_rate: float = 0.1
    gradient_norm: float = 1.0
    held_out: dict[str, int] = field(default_factory=dict)
    model: ModelConfig
    reconstruction: list[ReconstructionConfig] = field(default_factory=list)
    answering: list[AnsweringConfig] = field(default_factory=list)
    distillation: DistillationConfig | None = None

    def __post_init__(self) -> None:
        used = {k for r in self.reconstruction for k in r.chunk_tokens} | {k for a in self.answering for k in a.chunk_tokens}
        unknown = sorted(used - set(self.model.chunk_sizes))
        if unknown:
            raise ValueError(f"chunk_tokens has {unknown}; the model's chunk_sizes are {list(self.model.chunk_sizes)}")
        if strange := {a.choice for a in self.answering} - set(get_args(Choice)):
            raise ValueError(f"choice is {', '.join(sorted(strange))}; expected {' or '.join(get_args(Choice))}")
        if self.model.encoder == "separate" and any(a.states or "states" in a.contexts for a in self.answering):
            raise ValueError("states are those of a shared encoder; the model's is separate")
        if self.model.encoder == "separate" and self.learned:
            raise ValueError("a learned choice reads states of a shared encoder; the model's is separate")

    @staticmethod
    def read(path: Path) -> StageConfig:
        try:
            raw = tomllib.loads(path.read_text())
            distillation = raw.pop("distillation", None)
            if distillation is not None:
                distillation = DistillationConfig(**{**distillation, "layers": tuple(distillation.get("layers", ()))})
            return StageConfig(
                distillation=distillation,
                model=ModelConfig.of(raw.pop("model", {})),
                reconstruction=[ReconstructionConfig(**r) for r in raw.pop("reconstruction", [])],
                answering=[AnsweringConfig(**r) for r in raw.pop("answering", [])],
                **raw,
            )
        except (TypeError, ValueError) as e:
            raise ValueError(f"{path}: {e}") from e

    @property
    def learned(self) -> bool:
        """Whether a learned policy chooses chunks."""
        return any(a.choice == "learned" for a in self.answering)

    def rate(self, step: int) -> float:
        """Share of the peak learning rate."""
        return learning_rate(step, self.steps, self.warmup_steps, self.final_rate)


class Stage(Run):
    """Runs one stage in a folder."""

    def __init__(
        self,
        config: StageConfig,
        base: Path,
        data: Path,
        folder: Path,
        init: Path | None,
        dtype: torch.dtype,
        workers: Workers | None = None,
        recompute: bool = False,
        policy: Path | None = None,
    ) -> None:
        """recompute: gradient checkpointing. policy: what refrag_train.policy.train wrote, for a learned choice of raw chunks."""
        from transformers import AutoTokenizer

        common: dict[str, Any] = {"gradient_norm": config.gradient_norm, "dtype": dtype, "workers": workers}
        super().__init__(folder, asdict(config), steps=config.steps, seed=config.seed, **common)
        self.config = config
        self.model = self.trained = CompressedDecoder(base, config.model, dtype).to(self.workers.device)
        self.model.recompute = recompute
        tokenizer = AutoTokenizer.from_pretrained(base)
        prompt = Prompt(tokenizer)
        corpus = read_corpus(config, data, tokenizer)
        self.inputs = encoder_inputs(self.model, prompt.sink, corpus.ids)
        adapters = [p for n, p in self.model.named_parameters() if "lora" in n]
        pools = [p for n, p in self.model.named_parameters() if n.startswith("pool")]
        for p in pools:
            p.requires_grad_(config.train_pool)
        groups = [{"params": adapters, "peak": config.adapter_rate}]
        if config.train_pool:
            groups.append({"params": pools, "peak": config.pool_rate})
        self.optimizer = torch.optim.AdamW(groups, lr=0.0, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
        if not self.resume() and init is not None:
            fresh = self.model.start_from(init)
            if fresh and self.workers.first:
                print(json.dumps({"init": str(init), "fresh_poolings": fresh}), flush=True)
        start = self._start(base, dtype) if config.distillation or config.learned else None
        choices: dict[Choice, ChunkChoice] = {"lexical": LexicalChoice(corpus, tokenizer)}
        if config.learned:
            if policy is None:
                raise ValueError(f"stage {config.name!r} has a learned choice; it needs a policy's checkpoint")
            assert start is not None and isinstance(self.inputs, StateCache)
            queries = Queries(start, corpus, prompt, tokenizer, self.inputs)
            with torch.random.fork_rng(devices=[]):  # as for the start
                choices["learned"] = LearnedChoice(queries, SelectionPolicy.load(policy))
        self.tasks = make_tasks(config, corpus, prompt, choices, self.model.decoder.context_positions)
        self.skipped = corpus.skipped.counts()
        self._distillation = None
        if config.distillation is not None:
            assert start is not None
            self._distillation = Distillation(start, self.inputs, config.distillation)

    def _start(self, base: Path, dtype: torch.dtype) -> CompressedDecoder:
        """The model before the first step, kept in the run folder for a resumed run: it teaches, and a policy reads its vectors."""
        path = self.folder / START
        if self.step == 0 and self.workers.first:
            self.model.save(path)
        self.workers.wait()
        with torch.random.fork_rng(devices=[]):  # a resumed run draws on where it stopped
            return CompressedDecoder.load(base, path, dtype).to(self.workers.device)

    def advance(self, log: Log) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * self.config.rate(self.step)
        task = self.rng.choices([t for _, t in self.tasks], [w for w, _ in self.tasks])[0]
        sample = task.sample(self.rng, self.step / self.config.steps)
        batch = collate(sample.rows, sample.k, self.model.decoder.dimension, self.inputs).to(self.workers.device)
        last, taught = self._read(sample, batch, log)
        loss, weight, right = token_losses(self.model, batch, last)
        self.update((loss * weight).sum() / weight.sum() + taught, sample.label)
        full = weight >= 1.0
        if bool(full.any()):
            log.add("loss", sample.label, float(loss.detach()[full].mean()))
            log.add("accuracy", sample.label, float(right[full].float().mean()))
        if bool((~full).any()):
            log.add("loss", "continue", float(loss.detach()[~full].mean()))
        log.read(batch.positions.numel())

    def _read(self, sample: Sample, batch: Batch, log: Log) -> tuple[Tensor, Tensor | float]:
        """Last hidden states of a batch, and what the teacher adds to its loss."""
        if self._distillation is None or sample.shown is None:
            return hidden(self.model, batch), 0.0
        config = self._distillation.config
        states = states_at(self.model, batch, config.layers)
        gap, divergence = self._distillation.losses(self.model, states, batch, sample.rows[0], sample.shown)
        log.add("distance", sample.label, float(gap.detach()))
        log.add("divergence", sample.label, float(divergence.detach()))
        return states[-1], config.hidden * gap + config.divergence * divergence


def read_corpus(config: StageConfig, data: Path, tokenizer: Any) -> Corpus:
    """The sets that a stage names."""
    sets = sorted({s for r in config.reconstruction for s in r.sets} | {s for a in config.answering for s in a.sets})
    return Corpus(data, sets, tokenizer)


def make_tasks(
    config: StageConfig, corpus: Corpus, prompt: Prompt, choices: Mapping[Choice, ChunkChoice], window: int
) -> list[tuple[float, Task]]:
    """What a stage's steps draw from, each with its share. choices: of raw chunks, by name. window: positions of the decoder."""
    held_out = held_out_passages(corpus, config.held_out)
    tasks: list[tuple[float, Task]] = []
    for r in config.reconstruction:
        pids = [p for p in corpus.text if p.split("/")[0] in r.sets and p not in held_out]
        pids = random.Random(config.seed).sample(pids, min(r.passages, len(pids)))
        task: Task = Reconstruction(corpus, prompt, pids, chunk_tokens=r.chunk_tokens, chunks=r.chunks, tokens=r.tokens)
        tasks.append((r.weight, task))
    for a in config.answering:
        settings = {k: v for k, v in asdict(a).items() if k not in ("weight", "choice")}
        tasks.append((a.weight, Answering(corpus, prompt, choices[a.choice], **settings, held_out=held_out, window=window)))
    if not tasks:
        raise ValueError(f"stage {config.name!r} has neither [[reconstruction]] nor [[answering]]")
    return tasks


def held_out_passages(corpus: Corpus, every: dict[str, int]) -> frozenset[str]:
    """Passages of every n-th subject of a set: they are never shown, nor their questions asked. A subject is what stands before
    " - " in a title: all passages on a country, for instance."""
    held: set[str] = set()
    for name, n in every.items():
        subjects = {pid: title.split(" - ")[0] for pid, title in corpus.title.items() if pid.startswith(f"{name}/")}
        if not subjects:
            raise ValueError(f"held_out names {name!r}; the stage reads no such set")
        chosen = set(sorted(set(subjects.values()))[::n])
        held |= {pid for pid, subject in subjects.items() if subject in chosen}
    return frozenset(held)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True, help="folder made by python -m refrag_train.base")
    parser.add_argument("--data", type=Path, required=True, help="folder with NAME.passages.jsonl.xz and NAME.questions.jsonl.xz")
    parser.add_argument("--out", type=Path, required=True, help="run folder; an unfinished run in it is resumed")
    parser.add_argument("--init", type=Path, help="checkpoint of the stage before")
    parser.add_argument("--policy", type=Path, help="checkpoint of a policy, where the configuration has a learned choice")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="bfloat16", help="type of products: measure both first")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--gradient-checkpointing", action="store_true", help="less memory for a third more arithmetic")
    a = parser.parse_args()
    torch.set_num_threads(a.threads)
    check_tokenizer(a.base)
    config = StageConfig.read(a.config)
    workers = Workers(a.device)
    with alone(a.out) if workers.first else nullcontext():
        stage = Stage(config, a.base, a.data, a.out, a.init, getattr(torch, a.dtype), workers, a.gradient_checkpointing, a.policy)
        stage.run()
        stage.record()


if __name__ == "__main__":
    main()
