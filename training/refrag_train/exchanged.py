"""Copies of passages with their answers exchanged for others of the same kind, so that none can be known by heart.

python -m refrag_train.exchanged --data DATA --sets wiki --copies 4 --out DATA --name exchanged

A decoder that meets the questions on a passage several times answers them from memory, and has no reason to read. In each copy every name and
number that is an answer is another one, wherever the passage, its title and its questions have it: from the answers to questions that begin alike
("In what", "Who was"), spelled alike (digits, words, capitals). After Longpre et al., "Entity-Based Knowledge Conflicts in Question Answering",
EMNLP 2021, section 3. Writes a set as `refrag_train.corpus` reads it.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import re
from collections import defaultdict
from pathlib import Path
from typing import Any, Iterable

from refrag_train.corpus import PASSAGES, QUESTIONS, read_rows, set_file
from refrag_train.spelling import as_words, whole_words

LEAST_OTHERS = 8
"""Answers of a kind beside the own one; below, a kind is too narrow to draw from."""
MOST_WORDS = 6

Kind = tuple[str, str]


def shape(answer: str) -> str:
    """How an answer is spelled: "1954" is 0000, "King Harald" is Aa Aa, "the king" is a a."""
    return " ".join(re.sub(r"\d", "0", w) if any(map(str.isdigit, w)) else "Aa" if w[:1].isupper() else "a" for w in answer.split())


def kinds(question: str, answer: str) -> list[Kind]:
    """What an answer is, the narrow kind first."""
    start = question.lower().split()
    return [(" ".join(start[:2]), shape(answer)), (" ".join(start[:1]), shape(answer))]


class Others:
    """Answers by kind. What is spelled in small letters alone is none: it rarely fits elsewhere."""

    def __init__(self, asked: Iterable[tuple[str, str]]) -> None:
        """asked: questions and their answers."""
        found: dict[Kind, dict[str, None]] = defaultdict(dict)
        for question, answer in asked:
            if self.known(answer):
                for kind in kinds(question, answer):
                    found[kind][answer] = None
        self._answers = {kind: list(own) for kind, own in found.items()}

    @staticmethod
    def known(answer: str) -> bool:
        return 0 < len(answer.split()) <= MOST_WORDS and any(c.isdigit() or c.isupper() for c in answer)

    def draw(self, rng: random.Random, question: str, answer: str, text: str) -> str | None:
        """Another one that the text does not have; None where the answer is of no kind, or of one with too few others."""
        for kind in kinds(question, answer):
            own = self._answers.get(kind, [])
            if len(own) > LEAST_OTHERS:
                drawn = rng.sample(own, LEAST_OTHERS)
                return next((a for a in drawn if not whole_words(a).search(text)), None)
        return None


def exchange(rng: random.Random, others: Others, text: str, asked: dict[str, str]) -> dict[str, str]:
    """New answers by old ones, of the questions on one text. Of answers that are part of another one the shorter is exchanged.

    asked: a question for each answer."""
    present = [a for a in sorted(asked, key=len) if Others.known(a) and re.search(as_words(a), text)]
    new: dict[str, str] = {}
    for answer in present:
        if any(whole_words(a).search(answer) for a in new):
            continue
        drawn = others.draw(rng, asked[answer], answer, text)
        if drawn is not None and not any(whole_words(a).search(drawn) or whole_words(drawn).search(a) for a in [*new, *new.values()]):
            new[answer] = drawn
    return new


def rewritten(text: str, new: dict[str, str]) -> str:
    """A text with all of that exchanged at once."""
    if not new:
        return text
    pattern = "|".join(as_words(a) for a in sorted(new, key=len, reverse=True))
    return re.sub(pattern, lambda match: new[match.group()], text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with NAME.passages.jsonl.xz and NAME.questions.jsonl.xz")
    parser.add_argument("--sets", nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--name", default="exchanged")
    parser.add_argument("--copies", type=int, default=4, help="of each passage")
    parser.add_argument("--seed", type=int, default=7)
    a = parser.parse_args()
    counts = write(a.data, a.sets, a.out, a.name, a.copies, a.seed)
    print(json.dumps(counts))


def write(data: Path, sets: list[str], out: Path, name: str, copies: int, seed: int) -> dict[str, int]:
    """Writes the set; returns how much it has. ValueError where nothing can be exchanged."""
    passages = {row["pid"]: row for s in sets for row in read_rows(set_file(data, s, PASSAGES), ("pid", "text"))}
    rows = [row for s in sets for row in read_rows(set_file(data, s, QUESTIONS), ("id", "question"))]
    by_gold: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row.get("answers") and len(row.get("gold") or []) == 1 and row["gold"][0] in passages:
            by_gold[row["gold"][0]].append(row)
    others = Others((row["question"], row["answers"][0].strip()) for own in by_gold.values() for row in own)
    made: list[dict[str, Any]] = []
    asked: list[dict[str, Any]] = []
    exchanged = 0
    for pid, own in sorted(by_gold.items()):
        passage = passages[pid]
        title, text = passage.get("title") or "", passage["text"]
        known = {row["answers"][0].strip(): row["question"] for row in own}
        for copy in range(copies):
            new = exchange(random.Random(f"{seed}/{pid}/{copy}"), others, f"{title}: {text}", known)
            if not new:
                break
            made.append({"pid": f"{pid}#{copy}", "title": rewritten(title, new), "text": rewritten(text, new)})
            for row in own:
                answer = rewritten(row["answers"][0].strip(), new)
                negatives = [n for n in row.get("neg") or [] if answer.lower() not in passages[n]["text"].lower()]
                exchanged += answer != row["answers"][0].strip()
                changed = {"id": f"{row['id']}#{copy}", "question": rewritten(row["question"], new), "answers": [answer]}
                asked.append(changed | {"gold": [f"{pid}#{copy}"], "neg": negatives})
    if not made:
        raise ValueError(f"no passage of {', '.join(sets)} has an answer that can be exchanged")
    shown = {n for row in asked for n in row["neg"]}
    made += [passages[n] for n in sorted(shown)]
    out.mkdir(parents=True, exist_ok=True)
    for ending, content in ((PASSAGES, made), (QUESTIONS, asked)):
        with lzma.open(out / f"{name}{ending}", "wt", encoding="utf-8", preset=1) as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in content)
    return {"copies": len(made) - len(shown), "questions": len(asked), "exchanged": exchanged}


if __name__ == "__main__":
    main()
