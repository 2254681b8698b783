"""Settings of a training stage: one TOML file, a table per task; unknown keys are errors."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from refrag_train.addressing import AddressingConfig
from refrag_train.distillation import DistillationConfig
from refrag_train.model import ModelConfig
from refrag_train.run import learning_rate

Choice = Literal["lexical", "learned"]


@dataclass(frozen=True, kw_only=True)
class TaskConfig:
    """weight: share of the steps. chunk_tokens: k, drawn for each."""

    weight: float = 1.0
    chunk_tokens: list[int]


@dataclass(frozen=True, kw_only=True)
class ReconstructionConfig(TaskConfig):
    """How rows are drawn (see Reconstruction), from how many passages."""

    sets: list[str]
    chunks: list[int]
    tokens: int = 384
    passages: int = 3000


@dataclass(frozen=True, kw_only=True)
class AnsweringConfig(TaskConfig):
    """How rows are drawn (see Answering). choice: what decides on the raw chunks of a mixed prompt."""

    sets: dict[str, float]
    contexts: dict[str, float]
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
    continuation_tokens: int = 20
    max_raw_tokens: int = 1200


@dataclass(frozen=True, kw_only=True)
class ClozeConfig(TaskConfig):
    """How rows are drawn (see Cloze)."""

    sets: list[str]
    passages: tuple[int, int] = (1, 5)
    questions: int = 12
    left_out: tuple[float, float] = (0.1, 0.5)
    max_raw_tokens: int = 900


@dataclass(frozen=True, kw_only=True)
class ContinuingConfig(TaskConfig):
    """How rows are drawn (see Continuing). files: rows {"id", "text"}, paths from the data folder on; of a file
    with n > 0 every n-th row is left out, in the order of ids, for evaluation. contexts: tokens, each with so many windows."""

    files: dict[str, int]
    contexts: list[int]
    following: int = 96
    windows: int = 1000
    compressed: float = 0.5
    expand: tuple[float, float] = (0.03, 0.3)


@dataclass(frozen=True, kw_only=True)
class ConversingConfig(TaskConfig):
    """How rows are drawn (see Conversing). folder: what holds conversations and longdoc_qa, from the data folder
    on. sources: wiki (its passages are those of the set `wiki`), sharc, timeqa, whose articles are cut into `passage_tokens`."""

    folder: str = ".."
    sources: dict[str, float]
    passages: int = 5
    passage_tokens: int = 256
    raw_turns: tuple[int, int] = (0, 2)
    compressed: float = 0.3
    expand: tuple[float, float] = (0.05, 0.3)
    choice: Choice = "lexical"
    max_raw_tokens: int = 1500


@dataclass(frozen=True, kw_only=True)
class SummarisingConfig(TaskConfig):
    """How rows are drawn (see Summarising). files: documents with summaries, paths from the data folder on."""

    files: list[str]
    summary_tokens: int = 96
    max_raw_tokens: int = 4000


@dataclass(frozen=True, kw_only=True)
class StageConfig:
    """All of a stage's settings; unknown keys are errors. train_adapters, train_pool: false leaves these weights as they are."""

    name: str
    steps: int
    seed: int = 17
    adapter_rate: float = 1e-3
    pool_rate: float = 6e-4
    train_adapters: bool = True
    train_pool: bool = True
    warmup_steps: int = 20
    final_rate: float = 0.1
    gradient_norm: float = 1.0
    held_out: dict[str, int] = field(default_factory=dict)
    model: ModelConfig
    reconstruction: list[ReconstructionConfig] = field(default_factory=list)
    answering: list[AnsweringConfig] = field(default_factory=list)
    cloze: list[ClozeConfig] = field(default_factory=list)
    continuing: list[ContinuingConfig] = field(default_factory=list)
    conversing: list[ConversingConfig] = field(default_factory=list)
    summarising: list[SummarisingConfig] = field(default_factory=list)
    distillation: DistillationConfig | None = None
    addressing: AddressingConfig | None = None

    def __post_init__(self) -> None:
        tasks: list[TaskConfig] = [*self.reconstruction, *self.answering, *self.cloze, *self.continuing, *self.conversing, *self.summarising]
        unknown = sorted({k for task in tasks for k in task.chunk_tokens} - set(self.model.chunk_sizes))
        if unknown:
            raise ValueError(f"chunk_tokens has {unknown}; the model's chunk_sizes are {list(self.model.chunk_sizes)}")
        if strange := self._choices() - set(get_args(Choice)):
            raise ValueError(f"choice is {', '.join(sorted(strange))}; expected {' or '.join(get_args(Choice))}")
        if not (self.train_adapters or self.train_pool):
            raise ValueError("train_adapters and train_pool are both false; a stage trains one of them")
        without = [a for a in self.answering if a.alone or set(a.contexts) - {"compressed", "mixed"}]
        if without and not self.train_adapters:
            raise ValueError("answering has prompts without vectors, which teach a pooling nothing; train_adapters is false")
        if self.distillation is not None and self.addressing is not None:
            raise ValueError("a stage has [distillation] or [addressing], not both")
        if self.model.encoder == "separate" and any(a.states or "states" in a.contexts for a in self.answering):
            raise ValueError("states are those of a shared encoder; the model's is separate")
        if self.model.encoder == "separate" and self.learned:
            raise ValueError("a learned choice reads states of a shared encoder; the model's is separate")

    @staticmethod
    def read(path: Path) -> StageConfig:
        try:
            return StageConfig.of(tomllib.loads(path.read_text()))
        except (TypeError, ValueError) as e:
            raise ValueError(f"{path}: {e}") from e

    @staticmethod
    def of(table: dict[str, Any]) -> StageConfig:
        """From what a file has. TypeError or ValueError for what no stage has."""
        settings = dict(table)
        distillation = settings.pop("distillation", None)
        if distillation is not None:
            distillation = DistillationConfig(**{**distillation, "layers": tuple(distillation.get("layers", ()))})
        addressing = settings.pop("addressing", None)
        return StageConfig(
            distillation=distillation,
            addressing=None if addressing is None else AddressingConfig.of(addressing),
            model=ModelConfig.of(settings.pop("model", {})),
            reconstruction=[ReconstructionConfig(**r) for r in settings.pop("reconstruction", [])],
            answering=[AnsweringConfig(**r) for r in settings.pop("answering", [])],
            cloze=[ClozeConfig(**c) for c in settings.pop("cloze", [])],
            continuing=[ContinuingConfig(**r) for r in settings.pop("continuing", [])],
            conversing=[ConversingConfig(**r) for r in settings.pop("conversing", [])],
            summarising=[SummarisingConfig(**r) for r in settings.pop("summarising", [])],
            **settings,
        )

    @property
    def learned(self) -> bool:
        """Whether a learned policy chooses chunks."""
        return "learned" in self._choices()

    def _choices(self) -> set[Choice]:
        return {a.choice for a in self.answering} | {c.choice for c in self.conversing}

    def rate(self, step: int) -> float:
        """Share of the peak learning rate."""
        return learning_rate(step, self.steps, self.warmup_steps, self.final_rate)
