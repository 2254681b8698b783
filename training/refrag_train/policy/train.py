"""Trains the selection policy:

python -m refrag_train.policy.train --config FILE --base BASE --checkpoint FILE --data DATA --out FOLDER

Two phases in one run. Supervised: listwise cross-entropy against what each chunk is worth, measured ("leave-one-out") or guessed
from where the answer stands ("answer-span"). Reinforced: GRPO on the answer loss under the frozen decoder (arXiv 2509.01092).
"""

from __future__ import annotations

import argparse
import random
import tomllib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor

from refrag_train.corpus import Corpus, Question
from refrag_train.model import CompressedDecoder
from refrag_train.policy.model import PolicyConfig, SelectionPolicy
from refrag_train.policy.objective import advantages, clipped_objective, entropy, listwise_loss
from refrag_train.policy.queries import Chunks, Queries
from refrag_train.policy.sampling import draw, greedy, log_probabilities, number
from refrag_train.policy.targets import AnswerLoss, AnswerSpans
from refrag_train.prompt import Prompt, PromptFormat
from refrag_train.run import Log, Run, alone, learning_rate
from refrag_train.stage import held_out_passages
from refrag_train.states import StateCache
from refrag_train.tasks.answering import Expanded, draw_passages

CACHED_TOKENS = 300_000  # token states; chunk vectors have their own cache
KEPT_AT = 0.1  # share of chunks at which the log says how often the answer is kept
MEASURED_ON = 12  # draws of passages by which the inputs are standardised


@dataclass(frozen=True, kw_only=True)
class SupervisedConfig:
    """First phase. questions: at most so many on the passages of a step. A leave-one-out measurement reads a prompt for each of
    `candidates` chunks of a question, half of them likely ones, expanded with their neighbours up to `reach`: ask fewer then."""

    steps: int = 0
    rate: float = 1e-3
    targets: Literal["answer-span", "leave-one-out"] = "answer-span"
    questions: int = 12
    candidates: int = 24
    reach: int = 0

    def __post_init__(self) -> None:
        if self.targets not in ("answer-span", "leave-one-out"):
            raise ValueError(f"targets is {self.targets!r}; expected answer-span or leave-one-out")


@dataclass(frozen=True, kw_only=True)
class ReinforcedConfig:
    """Second phase. A step draws `group` expansions for each of `questions` questions, then updates so many times on them."""

    steps: int = 0
    rate: float = 1e-4
    questions: int = 2
    group: int = 8
    updates: int = 2
    shares: tuple[float, float] = (0.02, 0.15)
    clip: float = 0.2
    entropy: float = 0.0


@dataclass(frozen=True, kw_only=True)
class PolicyRunConfig:
    """All of a run's settings; unknown keys are errors. anchors: so many questions of each set draw passages; 0: all do."""

    name: str
    seed: int = 23
    sets: dict[str, float]
    chunk_tokens: list[int]
    passages: tuple[int, int] = (3, 10)
    max_tokens: int = 1600
    anchors: int = 0
    form: Expanded = "raw"
    warmup_steps: int = 20
    final_rate: float = 0.1
    weight_decay: float = 0.01
    gradient_norm: float = 1.0
    held_out: dict[str, int] = field(default_factory=dict)
    policy: PolicyConfig = field(default_factory=PolicyConfig)
    supervised: SupervisedConfig = field(default_factory=SupervisedConfig)
    reinforced: ReinforcedConfig = field(default_factory=ReinforcedConfig)

    @staticmethod
    def read(path: Path) -> PolicyRunConfig:
        try:
            raw = tomllib.loads(path.read_text())
            return PolicyRunConfig(
                policy=PolicyConfig(**raw.pop("policy", {})),
                supervised=SupervisedConfig(**raw.pop("supervised", {})),
                reinforced=ReinforcedConfig(**raw.pop("reinforced", {})),
                **raw,
            )
        except (TypeError, ValueError) as e:
            raise ValueError(f"{path}: {e}") from e

    @property
    def steps(self) -> int:
        return self.supervised.steps + self.reinforced.steps

    def rate(self, step: int) -> float:
        """Learning rate of a step; each phase warms up and falls off."""
        phase, start = (self.supervised, 0) if step < self.supervised.steps else (self.reinforced, self.supervised.steps)
        return phase.rate * learning_rate(step - start, phase.steps, self.warmup_steps, self.final_rate)


class PassageDraws:
    """Draws passages as a retriever would return them, and questions that they answer."""

    def __init__(self, corpus: Corpus, config: PolicyRunConfig) -> None:
        self._corpus, self._config = corpus, config
        self._held_out = held_out_passages(corpus, config.held_out)
        self._anchors: dict[str, list[Question]] = {}
        for name in config.sets:
            shown = [q for q in corpus.questions[name] if not self._held_out & set(q.gold)]
            rows = [q for q in shown if corpus.fit(q.gold, config.max_tokens)]
            if not rows:
                raise ValueError(f"set {name!r} has no question that can be used; skipped: {corpus.skipped.counts()}")
            count = min(config.anchors or len(rows), len(rows))
            self._anchors[name] = random.Random(f"{config.seed}/{name}").sample(rows, count)

    def draw(self, rng: random.Random) -> tuple[int, list[str], list[Question]]:
        """k, passages, and all questions on them in random order, first the one that they were drawn for."""
        c = self._config
        k = rng.choice(c.chunk_tokens)
        name = rng.choices(list(c.sets), list(c.sets.values()))[0]
        question = rng.choice(self._anchors[name])
        pids = draw_passages(rng, self._corpus, question, rng.randint(*c.passages), self._held_out, c.max_tokens)
        more = [q for p in pids for q in self._corpus.by_gold.get(p, []) if q.id != question.id and set(q.gold) <= set(pids)]
        rng.shuffle(more)
        return k, pids, [question, *more]


class PolicyTraining(Run):
    """Runs a training in a folder."""

    def __init__(
        self,
        config: PolicyRunConfig,
        model: CompressedDecoder,
        data: Path,
        folder: Path,
        tokenizer: object,
        init: Path | None = None,
    ) -> None:
        """init: a policy to start from, with the scale of its inputs; None: one that scores as the lexical policy does."""
        unknown = sorted(set(config.chunk_tokens) - set(model.config.chunk_sizes))
        if unknown:
            raise ValueError(f"chunk_tokens has {unknown}; the model's chunk_sizes are {list(model.config.chunk_sizes)}")
        norm = config.gradient_norm
        super().__init__(folder, asdict(config), steps=config.steps, seed=config.seed, gradient_norm=norm, dtype=model.dtype)
        self.config = config
        corpus = Corpus(data, sorted(config.sets), tokenizer)
        prompt = Prompt(tokenizer, PromptFormat.of(tokenizer, model.config.opening))
        states = StateCache(model, prompt.sink, corpus.ids, CACHED_TOKENS)
        self._queries = Queries(model, corpus, prompt, tokenizer, states)
        self._draws = PassageDraws(corpus, config)
        self._spans = AnswerSpans(corpus, tokenizer)
        self._loss = AnswerLoss(model, states, corpus, prompt, config.form)
        self.skipped = corpus.skipped.counts()
        self.policy = self.trained = SelectionPolicy(model.decoder.dimension, config.policy)
        self.optimizer = torch.optim.AdamW(self.policy.parameters(), lr=0.0, betas=(0.9, 0.98), weight_decay=config.weight_decay)
        if self.resume():
            return
        if init is None:
            self._measure_inputs()
        else:
            self.policy.load_trained(SelectionPolicy.load(init).state_dict(), init)

    def _measure_inputs(self) -> None:
        vectors, asked = [], []
        for _ in range(MEASURED_ON):
            k, pids, questions = self._draws.draw(self.rng)
            inputs = self._queries.inputs([q.question for q in questions[:8]], self._queries.chunks(pids, k))
            vectors.append(inputs.vectors)
            asked.append(inputs.question[inputs.asked])
        self.policy.vector_norm.measure(torch.cat(vectors))
        if not self.config.policy.query_blind:
            self.policy.question_norm.measure(torch.cat(asked))

    def advance(self, log: Log) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = self.config.rate(self.step)
        if self.step < self.config.supervised.steps:
            self._supervise(log)
        else:
            self._reinforce(log)

    def _supervise(self, log: Log) -> None:
        """One step of the first phase: all questions that have a target, on one draw of passages."""
        c = self.config.supervised
        found: list[tuple[Question, Tensor, Tensor]] = []
        while not found:
            k, pids, questions = self._draws.draw(self.rng)
            chunks = self._queries.chunks(pids, k)
            for question in questions:
                if len(found) == c.questions:
                    break
                targets, known = self._targets(question, chunks)
                if float(targets.sum()) > 0:
                    found.append((question, targets, known))
        inputs = self._queries.inputs([q.question for q, _, _ in found], chunks)
        logits = self.policy(*inputs.all())
        loss = listwise_loss(logits, torch.stack([t for _, t, _ in found]), torch.stack([m for _, _, m in found])).mean()
        self.update(loss, f"supervised{k}")
        log.add("loss", f"supervised{k}", float(loss.detach()))
        log.read(inputs.features.shape[0] * len(inputs.vectors))
        count = number(KEPT_AT, len(inputs.vectors))
        for (question, _, _), row in zip(found, logits.detach()):
            occurrences = self._spans.occurrences(question, chunks)
            if occurrences:
                chosen = set(greedy(row, count).tolist())
                log.add("kept", f"supervised{k}", float(any(o <= chosen for o in occurrences)))

    def _targets(self, question: Question, chunks: Chunks) -> tuple[Tensor, Tensor]:
        """What each chunk is worth, and where that is known. [n], [n]"""
        guessed = self._spans.targets(question, chunks)
        if self.config.supervised.targets == "answer-span":
            return guessed, torch.ones(len(guessed), dtype=torch.bool)
        c = self.config.supervised
        count = min(c.candidates, len(guessed))
        likely = greedy(self._queries.lexical(question.question, chunks) + 10 * guessed, -(-count // 2)).tolist()
        others = [i for i in range(len(guessed)) if i not in likely]
        candidates = likely + self.rng.sample(others, count - len(likely))
        targets, known = torch.zeros(len(guessed)), torch.zeros(len(guessed), dtype=torch.bool)
        targets[candidates] = self._loss.gains(question, chunks, candidates, c.reach).clamp(min=0)
        known[candidates] = True
        return targets, known

    def _reinforce(self, log: Log) -> None:
        """One step of the second phase: groups of expansions of one share each, then updates on all of them."""
        c = self.config.reinforced
        groups = []
        for _ in range(c.questions):
            k, pids, questions = self._draws.draw(self.rng)
            chunks = self._queries.chunks(pids, k)
            inputs = self._queries.inputs([questions[0].question], chunks).all()
            with torch.no_grad():
                logits = self.policy(*inputs)[0]
            drawn = draw(logits, number(self.rng.uniform(*c.shares), len(logits)), c.group)
            rewards = -self._loss.of(questions[0], chunks, drawn.tolist())
            groups.append((inputs, drawn, log_probabilities(logits, drawn), advantages(rewards)))
            log.add("reward", f"mean{k}", float(rewards.mean()))
            log.add("reward", f"deviation{k}", float(rewards.std(correction=0)))
            log.read(c.group * len(logits))
        for _ in range(c.updates):
            losses = []
            for inputs, drawn, old, advantage in groups:
                logits = self.policy(*inputs)[0]
                new, spread = log_probabilities(logits, drawn), entropy(logits)
                losses.append(-clipped_objective(new, old, advantage, c.clip) - c.entropy * spread)
                log.add("choices", "clipped", float((((new - old).exp() - 1).abs() > c.clip).float().mean()))
                log.add("choices", "entropy", float(spread.detach()))
            self.update(torch.stack(losses).mean(), "reinforced")


def main() -> None:
    from transformers import AutoTokenizer

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True, help="folder made by python -m refrag_train.base")
    parser.add_argument("--checkpoint", type=Path, required=True, help="the decoder that the policy chooses for")
    parser.add_argument("--data", type=Path, required=True, help="folder with NAME.passages.jsonl.xz and NAME.questions.jsonl.xz")
    parser.add_argument("--out", type=Path, required=True, help="run folder; an unfinished run in it is resumed")
    parser.add_argument("--init", type=Path, help="checkpoint of a policy to go on from, of the same [policy] settings")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="bfloat16", help="type of the decoder's products")
    a = parser.parse_args()
    torch.set_num_threads(a.threads)
    config = PolicyRunConfig.read(a.config)
    with alone(a.out):
        model = CompressedDecoder.load(a.base, a.checkpoint, getattr(torch, a.dtype)).requires_grad_(False)
        training = PolicyTraining(config, model, a.data, a.out, AutoTokenizer.from_pretrained(a.base), a.init)
        training.run()
        training.record()


if __name__ == "__main__":
    main()
