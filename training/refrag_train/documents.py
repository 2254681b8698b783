"""Long texts: windows of running text, articles cut into passages, documents with their authors' summaries."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from refrag_train.corpus import Skipped, Texts, read_rows

CHARACTERS = 12  # of text per token, more than any text has


@dataclass(frozen=True)
class Window:
    """A context and the tokens behind it."""

    id: str
    context: list[int]
    following: list[int]


def read_texts(path: Path) -> list[dict[str, Any]]:
    """Rows {"id", "text"} in the order of ids."""
    return sorted(read_rows(path, ("id", "text")), key=lambda row: str(row["id"]))


def windows(
    rows: list[dict[str, Any]], tokenizer: Any, context: int, following: int, limit: int, seed: int, skipped: Skipped
) -> list[Window]:
    """`limit` windows, the texts in turn, each at a line drawn by the seed. Texts that are too short there are skipped."""
    rng = random.Random(seed)
    found: list[Window] = []
    order = sorted(rows, key=lambda row: str(row["id"]))
    rng.shuffle(order)
    for number in range(4 * limit):
        if len(found) == limit:
            break
        row = order[number % len(order)]
        text, most = row["text"], CHARACTERS * (context + following)
        start = text.find("\n", rng.randrange(max(1, len(text) - 4 * (context + following))))
        ids = tokenizer(text[start + 1 : start + 1 + most], add_special_tokens=False, split_special_tokens=True).input_ids
        if len(ids) < context + following:
            skipped.add("text too short for a window", f"{row['id']}/{number}")
            continue
        found.append(Window(f"{row['id']}/{start}", ids[:context], ids[context : context + following]))
    return found


def split(texts: Texts, article: str, title: str, text: str, most: int) -> list[str]:
    """Adds an article to the texts as passages of whole paragraphs, at most `most` tokens unless a paragraph is longer."""
    pids: list[str] = []
    part: list[str] = []
    for paragraph in [p for p in text.split("\n") if p.strip()]:
        if part and len(texts.tokens("\n".join([*part, paragraph]))) > most:
            pids.append(f"{article}#{len(pids)}")
            texts.add(pids[-1], title, "\n".join(part))
            part = []
        part.append(paragraph)
    if part:
        pids.append(f"{article}#{len(pids)}")
        texts.add(pids[-1], title, "\n".join(part))
    return pids


@dataclass(frozen=True)
class Document:
    """A document and the summary that its authors wrote."""

    id: str
    title: str
    text: str
    summary: str


def documents(paths: list[Path]) -> list[Document]:
    """All documents of some files."""
    rows = (row for path in paths for row in read_rows(path, ("id", "title", "document", "summary")))
    return [Document(row["id"], row["title"], row["document"], row["summary"]) for row in rows]
