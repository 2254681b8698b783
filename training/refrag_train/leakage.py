"""Whether training data holds what development data asks: python -m refrag_train.leakage --train FOLDER --dev FOLDER

A JSON line for each pair of a training and a development set; ids are given, texts are not:

| figure | what is counted |
|---|---|
| exact | pairs of passages with the same words; titles, case and punctuation do not matter |
| near | other pairs with more than `--share` of the smaller one's runs of 8 words in common: excerpts too |
| question | pairs of questions with the same words |

Exit status 1 when a figure is above what `--allow TRAIN:DEV:FIGURE=COUNT` names for it, 0 by default.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from refrag_train.corpus import PASSAGES, QUESTIONS, read_rows, set_file, set_names

Hashes = NDArray[np.uint64]
FIGURES = ("exact", "near", "question")
RUN = 8  # words
EXAMPLES = 3
POWERS = np.array([pow(0x9E3779B97F4A7C15, i, 1 << 64) for i in range(RUN)], np.uint64)  # odd: no power vanishes modulo 2^64


def digest(content: bytes) -> int:
    """64 bits that stay the same from run to run."""
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "little")


class WordHashes:
    """Words of a text as hashes, in order; each word is hashed once."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def of(self, text: str) -> Hashes:
        """[words], without case, punctuation and forms of the same character."""
        found = re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold())
        for word in found:
            if word not in self._known:
                self._known[word] = digest(word.encode())
        return np.array([self._known[word] for word in found], np.uint64)


def shingles(words: Hashes) -> Hashes:
    """Hashes of all runs of 8 words, each once, sorted; of fewer words the one run there is."""
    length = min(RUN, len(words))
    if not length:
        return words
    return np.unique((np.lib.stride_tricks.sliding_window_view(words, length) * POWERS[:length]).sum(1, dtype=np.uint64))


@dataclass
class Overlap:
    """What one figure counts for one pair of sets."""

    pairs: int = 0
    development: set[str] = field(default_factory=set)
    examples: list[list[str]] = field(default_factory=list)

    def add(self, train: str, development: str) -> None:
        self.pairs += 1
        self.development.add(development)
        if len(self.examples) < EXAMPLES:
            self.examples.append([train, development])


class Development:
    """All sets of a folder, hashed: what training data is looked up in."""

    def __init__(self, folder: Path, words: WordHashes) -> None:
        self.sets = set_names(folder)
        self.passages: list[tuple[str, str]] = []  # set and pid
        self.questions: dict[int, list[tuple[str, str]]] = defaultdict(list)
        self._texts: dict[int, list[int]] = defaultdict(list)
        parts: list[Hashes] = []
        for name in self.sets:
            for row in read_rows(set_file(folder, name, PASSAGES), ("pid", "text")):
                own = words.of(row["text"])
                self._texts[digest(own.tobytes())].append(len(self.passages))
                self.passages.append((name, row["pid"]))
                parts.append(shingles(own))
            for row in read_rows(set_file(folder, name, QUESTIONS), ("id", "question")):
                asked = words.of(row["question"])
                if len(asked):
                    self.questions[digest(asked.tobytes())].append((name, row["id"]))
        self._sizes = np.array([len(p) for p in parts], np.int64)
        owners = np.repeat(np.arange(len(parts), dtype=np.int32), self._sizes)
        hashes = np.concatenate(parts) if parts else np.zeros(0, np.uint64)
        order = np.argsort(hashes, kind="stable")
        self._hashes, self._owners = hashes[order], owners[order]

    def alike(self, words: Hashes, share: float) -> dict[int, str]:
        """Passages, by number, that a text of these words is the same as ("exact") or shares more than `share` with ("near")."""
        own = shingles(words)
        first, end = np.searchsorted(self._hashes, own, "left"), np.searchsorted(self._hashes, own, "right")
        runs = [self._owners[a:b] for a, b in zip(first, end) if a < b]
        if not runs:
            return {}
        found, common = np.unique(np.concatenate(runs), return_counts=True)
        near = found[common > share * np.minimum(self._sizes[found], len(own))]
        return {int(p): "near" for p in near} | {p: "exact" for p in self._texts.get(digest(words.tobytes()), [])}


def compare(
    folder: Path, sets: list[str], development: Development, words: WordHashes, share: float
) -> dict[tuple[str, str, str], Overlap]:
    """By training set, development set and figure. Training data is read row by row and not kept."""
    found = {(train, dev, figure): Overlap() for train in sets for dev in development.sets for figure in FIGURES}
    for name in sets:
        for row in read_rows(set_file(folder, name, PASSAGES), ("pid", "text")):
            for number, figure in development.alike(words.of(row["text"]), share).items():
                dev, pid = development.passages[number]
                found[name, dev, figure].add(row["pid"], pid)
        for row in read_rows(set_file(folder, name, QUESTIONS), ("id", "question")):
            for dev, own in development.questions.get(digest(words.of(row["question"]).tobytes()), []):
                found[name, dev, "question"].add(row["id"], own)
    return found


def allowance(text: str) -> tuple[tuple[str, str, str], int]:
    """TRAIN:DEV:FIGURE=COUNT."""
    match = re.fullmatch(rf"([^:=]+):([^:=]+):({'|'.join(FIGURES)})=(\d+)", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not TRAIN:DEV:FIGURE=COUNT with a figure of {', '.join(FIGURES)}")
    return (match[1], match[2], match[3]), int(match[4])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, required=True, help="folder of training sets")
    parser.add_argument("--dev", type=Path, required=True, help="folder of development sets; all of them are compared with")
    parser.add_argument("--sets", help="training sets, separated by commas; all by default")
    parser.add_argument("--share", type=float, default=0.5, help="near: above this share of the smaller one's runs")
    parser.add_argument("--allow", type=allowance, nargs="*", default=[], metavar="TRAIN:DEV:FIGURE=COUNT")
    a = parser.parse_args()
    words, allowed = WordHashes(), dict(a.allow)
    sets = a.sets.split(",") if a.sets else set_names(a.train)
    development = Development(a.dev, words)
    if not sets or not development.sets:
        sys.exit(f"no sets to compare: {a.train} has {len(sets)}, {a.dev} has {len(development.sets)}; expected NAME{PASSAGES}")
    found = compare(a.train, sets, development, words, a.share)
    unknown = sorted(":".join(key) for key in allowed.keys() - found.keys())
    if unknown:
        sys.exit(f"--allow names pairs of sets that are not compared: {', '.join(unknown)}")
    for train in sets:
        for dev in development.sets:
            own = {figure: found[train, dev, figure] for figure in FIGURES}
            line: dict[str, object] = {"train": train, "dev": dev}
            line |= {figure: overlap.pairs for figure, overlap in own.items()}
            line["dev_passages"] = len(own["exact"].development | own["near"].development)
            line["dev_questions"] = len(own["question"].development)
            line["examples"] = {figure: overlap.examples for figure, overlap in own.items() if overlap.examples}
            print(json.dumps(line), flush=True)
    leaks = [f"{':'.join(key)}={overlap.pairs}" for key, overlap in found.items() if overlap.pairs > allowed.get(key, 0)]
    if leaks:
        sys.exit(f"not allowed: {' '.join(leaks)}")


if __name__ == "__main__":
    main()
