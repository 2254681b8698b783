"""Questions that stand in a conversation or are asked of one long article: read from their files, and laid out as the runtime does."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from refrag_train.corpus import Skipped, Texts, read_rows
from refrag_train.documents import split
from refrag_train.layout import ChunkRef, Entry
from refrag_train.prompt import Prompt


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A question with what was said before it, oldest first, and the passages to answer it from. answers: none where the passages do not
    say. gold: passages that answer it."""

    id: str
    history: list[tuple[str, str]]
    question: str
    answers: list[str]
    pids: list[str]
    gold: list[str]


def wiki_turns(path: Path, texts: Texts, passages: int, seed: int, skipped: Skipped) -> list[Turn]:
    """Turns after the first of each conversation of `wiki_synthetic`; passages of `texts`, those of a turn shuffled."""
    turns: list[Turn] = []
    for row in read_rows(path, ("id", "turns")):
        history: list[tuple[str, str]] = []
        for number, turn in enumerate(row["turns"]):
            own = f"{row['id']}/{number}"
            gold = [f"wiki/{p}" for p in turn["gold"]]
            pids = [*gold, *(f"wiki/{p}" for p in turn["neg"])][:passages]
            random.Random(f"{seed}/{own}").shuffle(pids)
            if not all(p in texts.text for p in pids):
                skipped.add("passage unknown", own)
            elif history:
                asked = turn.get("question_ctx") or turn["question"]
                turns.append(
                    Turn(id=own, history=list(history), question=asked, answers=turn["answers"], pids=pids, gold=gold[:passages])
                )
            history.append((turn["question"], turn["answers"][0]))
    return turns


def sharc_turns(path: Path, texts: Texts, skipped: Skipped) -> list[Turn]:
    """Rows of `sharc` with earlier turns; scenario and question are asked together. Adds the rule texts as passages."""
    turns: list[Turn] = []
    for row in read_rows(path, ("id", "tree_id", "passage", "question", "answer")):
        if not row["history"]:
            skipped.add("no earlier turn", row["id"])
            continue
        pid = f"sharc/{row['tree_id']}"
        texts.add(pid, "", row["passage"])
        history = [(turn["question"], turn["answer"]) for turn in row["history"]]
        asked = " ".join(part.strip() for part in (row["scenario"], row["question"]) if part.strip())
        turns.append(Turn(id=row["id"], history=history, question=asked, answers=[row["answer"]], pids=[pid], gold=[pid]))
    return turns


def article_turns(questions: Path, articles: Path, texts: Texts, passage_tokens: int, skipped: Skipped) -> list[Turn]:
    """Questions of `timeqa`, each asked of its whole article, which is added as passages. Nothing was said before."""
    asked = list(read_rows(questions, ("id", "question", "doc_id")))
    used = {row["doc_id"] for row in asked}
    pids = {
        row["doc_id"]: split(texts, row["doc_id"], row["title"], row["text"], passage_tokens)
        for row in read_rows(articles, ("doc_id", "title", "text"))
        if row["doc_id"] in used
    }
    turns: list[Turn] = []
    for row in asked:
        if not pids.get(row["doc_id"]):
            skipped.add("article unknown", row["id"])
            continue
        own = pids[row["doc_id"]]
        turns.append(Turn(id=row["id"], history=[], question=row["question"], answers=row.get("answers") or [], pids=own, gold=own))
    return turns


def spoken(prompt: Prompt, texts: Texts, turn: Turn, k: int, raw_turns: int) -> list[Entry]:
    """The earlier turns between passages and question, a blank line before each: the last `raw_turns` raw, older ones as vectors."""
    blank = [*prompt.newline, *prompt.newline]
    entries: list[Entry] = []
    for number, (question, answer) in enumerate(turn.history):
        pid = f"{turn.id}/turn/{number}"
        texts.add(pid, "", f"Question: {question.strip()}\nAnswer: {answer.strip()}")
        ids = texts.ids(pid)
        raw = number >= len(turn.history) - raw_turns
        entries += [*blank, *(ids if raw else (ChunkRef(pid, c) for c in range(-(-len(ids) // k))))]
    return entries
