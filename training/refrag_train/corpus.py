"""Question and passage files: NAME.questions.jsonl.xz and NAME.passages.jsonl.xz in one folder."""

from __future__ import annotations

import json
import lzma
import re
from collections import defaultdict
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Any, Iterable, Iterator

STOP_WORDS = frozenset(
    "a an the of in on at to for by is are was were be been did do does what which who whom whose when where why how and or "
    "that this it its with from as many much name into has have had not".split()
)


PASSAGES, QUESTIONS = ".passages.jsonl.xz", ".questions.jsonl.xz"


def set_names(folder: Path) -> list[str]:
    """Sets of a folder: those with a passage file."""
    return sorted(path.name.removesuffix(PASSAGES) for path in folder.glob(f"*{PASSAGES}"))


def set_file(folder: Path, name: str, ending: str) -> Path:
    """One of the two files of a set, which has to be there."""
    path = folder / f"{name}{ending}"
    if not path.is_file():
        known = ", ".join(set_names(folder)) or "(none)"
        raise FileNotFoundError(f"set {name!r} has no file {path}; the folder has the sets {known}")
    return path


def read_rows(path: Path, required: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Rows of a compressed JSON Lines file. A file that cannot be read to its end and a row without a required key are errors."""
    number = 0
    try:
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                row = json.loads(line)
                if not isinstance(row, dict) or any(row.get(key) is None for key in required):
                    raise ValueError(f"expected an object with {', '.join(required)}")
                yield row
    except (EOFError, lzma.LZMAError) as e:
        raise ValueError(f"{path} ends or breaks after row {number}: {e}") from e
    except ValueError as e:
        raise ValueError(f"{path}, row {number}: {e}") from e


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


class Skipped:
    """Rows of the data that are left out, by reason; a row counts once per reason, however many tasks leave it out."""

    def __init__(self) -> None:
        self._rows: dict[str, set[str]] = defaultdict(set)

    def add(self, reason: str, row: str) -> None:
        self._rows[reason].add(row)

    def counts(self) -> dict[str, int]:
        """How many rows, by reason."""
        return {reason: len(rows) for reason, rows in sorted(self._rows.items())}


class Texts:
    """Passages by pid."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self.title: dict[str, str] = {}
        self.text: dict[str, str] = {}
        self._ids: dict[str, list[int]] = {}

    def add(self, pid: str, title: str, text: str) -> None:
        """Keeps "title: text", or the text alone where there is no title."""
        self.title[pid] = title
        self.text[pid] = (title + ": " if title else "") + text

    def add_tokens(self, pid: str, ids: list[int]) -> None:
        """Keeps a passage that is given in tokens and has no text of its own."""
        self.title[pid] = self.text[pid] = ""
        self._ids[pid] = ids

    def fit(self, pids: Iterable[str], tokens: int) -> bool:
        """Whether passages have at most that many tokens together. A token has a byte at least: short texts are not tokenised."""
        own = list(pids)
        return sum(len(self.text[p].encode()) for p in own) <= tokens or sum(len(self.ids(p)) for p in own) <= tokens

    def ids(self, pid: str) -> list[int]:
        """Token ids of "title: text"."""
        if pid not in self._ids:
            self._ids[pid] = self.tokens(self.text[pid])
        return self._ids[pid]

    def tokens(self, text: str) -> list[int]:
        """Token ids of a text that is no passage; special tokens written out in it stay text."""
        ids: list[int] = self._tokenizer(text, add_special_tokens=False, split_special_tokens=True).input_ids
        return ids


class Corpus(Texts):
    """Passages and questions of several sets. Ids stay unique: passages are keyed by set and pid. Rows that cannot be used are
    counted in `skipped`."""

    def __init__(self, folder: Path, sets: list[str], tokenizer: Any, max_answer_chars: int = 320) -> None:
        super().__init__(tokenizer)
        self._max_answer_chars = max_answer_chars
        self.skipped = Skipped()
        self.questions: dict[str, list[Question]] = {}
        self.by_gold: dict[str, list[Question]] = {}
        for name in sets:
            for row in read_rows(set_file(folder, name, PASSAGES), ("pid", "text")):
                pid, title = f"{name}/{row['pid']}", row.get("title") or ""
                if not row["text"].strip():
                    self.skipped.add("empty passage", pid)
                    continue
                self.add(pid, title, row["text"])
            questions = (self._question(name, row) for row in read_rows(set_file(folder, name, QUESTIONS), ("id", "question")))
            self.questions[name] = [q for q in questions if q is not None]
            for question in self.questions[name]:
                self.by_gold.setdefault(question.gold[0], []).append(question)

    def _question(self, name: str, row: dict[str, Any]) -> Question | None:
        """A question of set `name`, None if it is skipped."""
        own = f"{name}/{row['id']}"
        answers, gold = row.get("answers") or [], tuple(f"{name}/{p}" for p in row.get("gold") or [])
        reasons = {
            "empty question": not row["question"].strip(),
            "no answer": not answers or not answers[0].strip(),
            f"answer longer than {self._max_answer_chars} characters": bool(answers) and len(answers[0]) > self._max_answer_chars,
            "no gold": not gold,
            "gold passage unknown or empty": any(g not in self.text for g in gold),
        }
        reason = next((r for r, holds in reasons.items() if holds), None)
        if reason is not None:
            self.skipped.add(reason, own)
            return None
        negatives = [f"{name}/{p}" for p in row.get("neg") or []]
        for p in negatives:
            if p not in self.text:
                self.skipped.add("negative passage unknown or empty", f"{own} {p}")
        return Question(
            id=own,
            question=row["question"],
            answers=tuple(a for a in answers if a.strip() and len(a) <= self._max_answer_chars),
            gold=gold,
            negatives=tuple(p for p in negatives if p in self.text),
        )


def inverse_document_frequency(terms: set[str], texts: list[str]) -> dict[str, float]:
    """Weight of each term over the given texts; one that none of them has weighs most."""
    held = [set(words(text)) for text in texts]
    counts = {term: sum(term in own for own in held) for term in terms}
    return {term: log(1 + (len(texts) - c + 0.5) / (c + 0.5)) for term, c in counts.items()}
