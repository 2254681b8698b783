"""Question and passage files: NAME.questions.jsonl.xz and NAME.passages.jsonl.xz in one folder."""

from __future__ import annotations

import json
import lzma
import re
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Any, Iterator

STOP_WORDS = frozenset(
    "a an the of in on at to for by is are was were be been did do does what which who whom whose when where why how and or "
    "that this it its with from as many much name into has have had not".split()
)


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Rows of a JSON Lines file, compressed or not."""
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def words(text: str) -> list[str]:
    """Content words, crudely stemmed: the first six letters, numbers whole."""
    return [w if any(map(str.isdigit, w)) else w[:6] for w in re.findall(r"[a-z0-9]+", text.lower()) if w not in STOP_WORDS]


@dataclass(frozen=True, kw_only=True)
class Question:
    id: str
    question: str
    answers: tuple[str, ...]
    gold: tuple[str, ...]
    negatives: tuple[str, ...]


class Corpus:
    """Passages and questions of several sets. Ids stay unique: passages are keyed by set and pid."""

    def __init__(self, folder: Path, sets: list[str], tokenizer: Any, max_answer_chars: int = 320) -> None:
        self._tokenizer = tokenizer
        self.title: dict[str, str] = {}
        self.text: dict[str, str] = {}
        self.questions: dict[str, list[Question]] = {}
        self.by_gold: dict[str, list[Question]] = {}
        self._ids: dict[str, list[int]] = {}
        for name in sets:
            for row in read_rows(folder / f"{name}.passages.jsonl.xz"):
                self.title[f"{name}/{row['pid']}"] = row["title"] or ""
                self.text[f"{name}/{row['pid']}"] = (row["title"] + ": " if row["title"] else "") + row["text"]
            rows = []
            for row in read_rows(folder / f"{name}.questions.jsonl.xz"):
                gold = tuple(f"{name}/{p}" for p in row["gold"])
                if row["answers"] and len(row["answers"][0]) <= max_answer_chars and all(g in self.text for g in gold):
                    question = Question(
                        id=f"{name}/{row['id']}",
                        question=row["question"],
                        answers=tuple(row["answers"]),
                        gold=gold,
                        negatives=tuple(f"{name}/{p}" for p in row["neg"] if f"{name}/{p}" in self.text),
                    )
                    rows.append(question)
                    self.by_gold.setdefault(gold[0], []).append(question)
            self.questions[name] = rows

    def ids(self, pid: str) -> list[int]:
        """Token ids of "title: text"."""
        if pid not in self._ids:
            text = self.text[pid]
            self._ids[pid] = self._tokenizer(text, add_special_tokens=False, split_special_tokens=True).input_ids
        return self._ids[pid]


def inverse_document_frequency(terms: set[str], texts: list[str]) -> dict[str, float]:
    """Weight of each term over the given texts; one that none of them has weighs most."""
    held = [set(words(text)) for text in texts]
    counts = {term: sum(term in own for own in held) for term in terms}
    return {term: log(1 + (len(texts) - c + 0.5) / (c + 0.5)) for term, c in counts.items()}
