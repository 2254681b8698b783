"""A training stage: one loop over the tasks of its configuration, resumable to the step, stoppable at any second."""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any, Callable, Mapping

import torch
from torch import Tensor

from refrag_train.addressing import addressing_loss, attention_to_sources
from refrag_train.base import check_tokenizer
from refrag_train.config import Choice, ContinuingConfig, ConversingConfig, StageConfig
from refrag_train.conversations import Turn, article_turns, sharc_turns, wiki_turns
from refrag_train.corpus import Corpus
from refrag_train.distillation import Distillation, states_at
from refrag_train.documents import Window, documents, read_texts, windows
from refrag_train.layout import Batch, collate, hidden, token_losses
from refrag_train.lexical import ChunkChoice, LexicalChoice
from refrag_train.model import CompressedDecoder
from refrag_train.policy.choice import LearnedChoice
from refrag_train.policy.model import SelectionPolicy
from refrag_train.policy.queries import Queries
from refrag_train.prompt import Prompt, PromptFormat
from refrag_train.run import Log, Run, alone
from refrag_train.states import StateCache, encoder_inputs
from refrag_train.tasks import Sample, Task
from refrag_train.tasks.answering import Answering
from refrag_train.tasks.cloze import Cloze
from refrag_train.tasks.continuing import Continuing
from refrag_train.tasks.conversing import Conversing
from refrag_train.tasks.reconstruction import Reconstruction
from refrag_train.tasks.sources import AnswerSources
from refrag_train.tasks.summarising import Summarising
from refrag_train.workers import Workers

START = "start.pt"


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
        if config.learned:
            if policy is None:
                raise ValueError(f"stage {config.name!r} has a learned choice; it needs a policy's checkpoint")
            self.settings["policy"] = hashlib.sha256(policy.read_bytes()).hexdigest()  # another one would choose other rows
        self.config = config
        self.model = self.trained = CompressedDecoder(base, config.model, dtype).to(self.workers.device)
        self.model.recompute = recompute
        if config.addressing is not None:
            config.addressing.check(config.model, self.model.decoder)
        tokenizer = AutoTokenizer.from_pretrained(base)
        prompt = Prompt(tokenizer, PromptFormat.of(tokenizer, config.model.opening))
        corpus = read_corpus(config, data, tokenizer)
        self.inputs = encoder_inputs(self.model, prompt.sink, corpus.ids)
        adapters = [p for n, p in self.model.named_parameters() if "lora" in n]
        pools = [p for n, p in self.model.named_parameters() if n.startswith("pool")]
        groups = []
        for params, peak, wanted in ((adapters, config.adapter_rate, config.train_adapters), (pools, config.pool_rate, config.train_pool)):
            for p in params:
                p.requires_grad_(wanted)
            if wanted:
                groups.append({"params": params, "peak": peak})
        self.optimizer = torch.optim.AdamW(groups, lr=0.0, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
        if not self.resume() and init is not None:
            fresh = self.model.start_from(init)
            if fresh and self.workers.first:
                print(json.dumps({"init": str(init), "fresh_poolings": fresh}), flush=True)
        start = self._start(base, dtype) if config.distillation or config.learned else None
        choices: dict[Choice, ChunkChoice] = {"lexical": LexicalChoice(corpus, tokenizer)}
        if config.learned:
            assert policy is not None and start is not None and isinstance(self.inputs, StateCache)
            queries = Queries(start, corpus, prompt, tokenizer, self.inputs)
            with torch.random.fork_rng(devices=[]):  # as for the start
                choices["learned"] = LearnedChoice(queries, SelectionPolicy.load(policy))
        self.tasks = make_tasks(config, data, corpus, prompt, tokenizer, choices, self.model.decoder.context_positions)
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
            log.add("loss", f"continue{sample.k}", float(loss.detach()[~full].mean()))
        log.read(batch.positions.numel(), sum(len(row.segments) for row in sample.rows))

    def _read(self, sample: Sample, batch: Batch, log: Log) -> tuple[Tensor, Tensor | float]:
        """Last hidden states of a batch, and what a teacher or the places of the answers add to its loss."""
        if self.config.addressing is not None and len(batch.seeking):
            states = states_at(self.model, batch, self.config.addressing.layers)
            attention = attention_to_sources(self.model, states, batch, self.config.addressing)
            log.add("attention", sample.label, float(attention.detach().mean()))
            return states[-1], self.config.addressing.weight * addressing_loss(attention)
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
    sets = {s for r in config.reconstruction for s in r.sets} | {s for a in config.answering for s in a.sets}
    sets |= {s for c in config.cloze for s in c.sets} | {"wiki" for c in config.conversing if "wiki" in c.sources}
    return Corpus(data, sorted(sets), tokenizer)


def make_tasks(
    config: StageConfig,
    data: Path,
    corpus: Corpus,
    prompt: Prompt,
    tokenizer: Any,
    choices: Mapping[Choice, ChunkChoice],
    window: int,
) -> list[tuple[float, Task]]:
    """What a stage's steps draw from, each with its share. choices: of raw chunks, by name. window: positions of the decoder."""
    held_out = held_out_passages(corpus, config.held_out)
    sources = AnswerSources(corpus, tokenizer) if config.addressing is not None else None
    tasks: list[tuple[float, Task]] = []
    for r in config.reconstruction:
        pids = [p for p in corpus.text if p.split("/")[0] in r.sets and p not in held_out]
        pids = random.Random(config.seed).sample(pids, min(r.passages, len(pids)))
        task: Task = Reconstruction(corpus, prompt, pids, chunk_tokens=r.chunk_tokens, chunks=r.chunks, tokens=r.tokens)
        tasks.append((r.weight, task))
    for a in config.answering:
        how = asdict(a, dict_factory=without("weight", "choice"))
        how |= {"held_out": held_out, "window": window, "sources": sources}
        tasks.append((a.weight, Answering(corpus, prompt, choices[a.choice], **how)))
    for z in config.cloze:
        how = asdict(z, dict_factory=without("weight"))
        tasks.append((z.weight, Cloze(corpus, prompt, **how, held_out=held_out, sources=sources)))
    for n in config.continuing:
        given = draw_windows(n, data, tokenizer, corpus, config.seed)
        how = asdict(n, dict_factory=without("weight", "files", "contexts", "following", "windows"))
        tasks.append((n.weight, Continuing(corpus, prompt, given, **how)))
    for c in config.conversing:
        turns = read_turns(c, data, corpus, config.seed)
        how = asdict(c, dict_factory=without("weight", "folder", "passages", "passage_tokens", "choice"))
        tasks.append((c.weight, Conversing(corpus, prompt, choices[c.choice], turns, **how, held_out=held_out)))
    for s in config.summarising:
        how = asdict(s, dict_factory=without("weight", "files"))
        tasks.append((s.weight, Summarising(corpus, prompt, documents([data / f for f in s.files]), **how)))
    if not tasks:
        raise ValueError(f"stage {config.name!r} has no task, such as [[reconstruction]] or [[answering]]")
    return tasks


def without(*names: str) -> Callable[[list[tuple[str, Any]]], dict[str, Any]]:
    """For asdict: a task's settings but for those that its caller uses itself."""
    return lambda pairs: {name: value for name, value in pairs if name not in names}


def draw_windows(config: ContinuingConfig, data: Path, tokenizer: Any, corpus: Corpus, seed: int) -> dict[int, list[Window]]:
    """Windows of all files together, by tokens of context."""
    rows: list[dict[str, Any]] = []
    for path, n in config.files.items():
        rows += [row for i, row in enumerate(read_texts(data / path)) if not n or i % n]
    sizes = {"following": config.following, "limit": config.windows, "seed": seed}
    return {context: windows(rows, tokenizer, context, **sizes, skipped=corpus.skipped) for context in config.contexts}


def read_turns(config: ConversingConfig, data: Path, corpus: Corpus, seed: int) -> dict[str, list[Turn]]:
    """Turns by source. ValueError for a source that does not exist."""
    spoken, asked, skipped = data / config.folder / "conversations", data / config.folder / "longdoc_qa", corpus.skipped
    known = {
        "wiki": lambda: wiki_turns(spoken / "wiki_synthetic.train.jsonl.xz", corpus, config.passages, seed, skipped),
        "sharc": lambda: sharc_turns(spoken / "sharc.train.jsonl.xz", corpus, skipped),
        "timeqa": lambda: article_turns(
            asked / "timeqa.train.jsonl.xz", asked / "timeqa.docs.jsonl.xz", corpus, config.passage_tokens, skipped
        ),
    }
    if strange := sorted(config.sources.keys() - known.keys()):
        raise ValueError(f"conversing: sources has {', '.join(strange)}; expected some of {', '.join(known)}")
    return {name: known[name]() for name in config.sources}


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
