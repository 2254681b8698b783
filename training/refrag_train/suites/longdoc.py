"""Questions on contexts beyond the model's window: python -m refrag_train.suites.longdoc --bundle BUNDLE --data DATA

F1 on longdoc_qa/timeqa.dev. The context of a question is its article among other development articles, in an order drawn by the seed,
cut into passages of whole paragraphs, up to the tokens given by --contexts. Systems, none with more than --positions positions:
refrag (every passage, at the smallest k that fits with the raw share, the policy's best chunks raw), compressed (at the same k),
only (the raw chunks alone), truncated and fewer (the first tokens, and the best passages by their words, in refrag's positions),
full where it fits, none.
Questions without an answer in their article are left out, and those on an article that is longer than the context.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from refrag_train.corpus import Skipped, Texts, read_rows
from refrag_train.documents import split
from refrag_train.layout import Entry
from refrag_train.scores import Results, f1
from refrag_train.suites.scoring import ScoringBundle
from refrag_train.suites.selection import Budget
from refrag_train.suites.setup import Setup, arguments, expansion, print_rows

SYSTEMS = ("refrag", "compressed", "only", "truncated", "fewer", "full", "none")


@dataclass(frozen=True)
class Asked:
    """A question on one article."""

    id: str
    question: str
    answers: list[str]
    article: str


@dataclass(frozen=True)
class Haystack:
    """Articles as passages."""

    articles: dict[str, list[str]]
    texts: Texts

    def around(self, article: str, tokens: int, seed: str) -> list[str]:
        """The article's passages among those of others, at most `tokens` tokens in all; none where it has more itself."""
        rng = random.Random(seed)
        articles = sorted(set(self.articles) - {article})
        rng.shuffle(articles)
        chosen: list[str] = []
        for own in (article, *articles):
            if self._tokens(own) <= tokens:
                chosen.append(own)
                tokens -= self._tokens(own)
            elif own == article:
                return []
        rng.shuffle(chosen)
        return [pid for own in chosen for pid in self.articles[own]]

    def _tokens(self, article: str) -> int:
        return sum(len(self.texts.ids(p)) for p in self.articles[article])


def chunk_tokens(setup: Setup, question: str, pids: list[str], share: float, room: int) -> int:
    """The smallest k at which all chunks and a raw share of them fit into `room` positions; the largest where none does."""
    sizes = sorted(setup.bundle.manifest["chunk_sizes"])
    for k in sizes:
        chunks = len(setup.contexts.selection.chunks(pids, k).places())
        if len(setup.contexts.compressed(question, pids, k)) + share * chunks * (k - 1) <= room:
            return int(k)
    return int(sizes[-1])


def read(setup: Setup, question: str, pids: list[str], share: float, room: int) -> tuple[int, dict[str, list[Entry]]]:
    """k, and what each system reads before the question; systems that do not fit are missing."""
    k, contexts = chunk_tokens(setup, question, pids, share, room), setup.contexts
    refrag = contexts.mixed(question, pids, k, Budget(share), room)
    found: dict[str, list[Entry]] = {
        "refrag": refrag,
        "compressed": contexts.compressed(question, pids, k),
        "only": contexts.only(question, pids, k, Budget(share), room),
        "truncated": contexts.truncated(question, pids, len(refrag)),
        "fewer": contexts.fewer(question, pids, len(refrag)),
        "full": contexts.raw(question, pids),
        "none": contexts.none(question),
    }
    return k, {system: entries for system, entries in found.items() if len(entries) <= room}


def questions(path: Path, skipped: Skipped) -> list[Asked]:
    """Questions with an answer."""
    found: list[Asked] = []
    for row in read_rows(path, ("id", "question", "doc_id")):
        if row.get("unanswerable") or not row["answers"]:
            skipped.add("unanswerable", row["id"])
        else:
            found.append(Asked(row["id"], row["question"], row["answers"], row["doc_id"]))
    return found


def run(
    setup: Setup,
    haystack: Haystack,
    asked: list[Asked],
    skipped: Skipped,
    *,
    tokens: int,
    positions: int,
    share: float,
    most: int,
    seed: int,
) -> tuple[Results, list[int]]:
    """All systems on all questions, and the k that were used. `full` counts only where it fits for every question."""
    results, sizes, prepared = Results(), set(), []
    for q in asked:
        end = setup.prompt.question(q.question)
        pids = haystack.around(q.article, tokens, f"{seed}/{q.id}")
        if not pids:
            skipped.add("article longer than the context", q.id)
            continue
        k, found = read(setup, q.question, pids, share, positions - len(end) - most)
        prepared.append((q, end, k, found))
        sizes.add(k)
    everywhere = [s for s in SYSTEMS if all(s in found for *_, found in prepared)]
    for q, end, k, found in prepared:
        for system in everywhere:
            entries = [*found[system], *end]
            said = setup.text(setup.reader.answer(entries, k, setup.prompt.stop, most))
            results.add(system, q.article, f1=f1(said, q.answers), positions=len(entries))
    return results, sorted(sizes)


def main() -> None:
    parser = arguments(__doc__, limit=20)
    parser.add_argument("--contexts", default="4096,16384,65536", help="tokens of context, separated by commas; default: %(default)s")
    parser.add_argument("--positions", type=int, help="most positions of a prompt; default: the model's window")
    expansion(parser, share=0.05)
    parser.add_argument("--passage-tokens", type=int, default=512)
    parser.add_argument("--max-answer-tokens", type=int, default=32)
    a = parser.parse_args()
    setup, unanswerable = Setup.of(ScoringBundle(a.bundle, threads=a.threads), expanded=a.expanded), Skipped()
    folder = a.data / "longdoc_qa"
    asked = questions(folder / "timeqa.dev.jsonl.xz", unanswerable)
    rows = read_rows(folder / "timeqa.docs.jsonl.xz", ("doc_id", "title", "text"))
    used = {q.article for q in asked}
    articles = {
        row["doc_id"]: split(setup.texts, row["doc_id"], row["title"], row["text"], a.passage_tokens)
        for row in rows
        if row["doc_id"] in used
    }
    haystack = Haystack(articles, setup.texts)
    print_rows(Results(), a.seed, {}, unanswerable, suite="longdoc", set="timeqa")
    drawn = random.Random(a.seed).sample(asked, min(a.limit, len(asked)))
    for tokens in map(int, a.contexts.split(",")):
        skipped = Skipped()
        bounds = {"tokens": tokens, "positions": a.positions or setup.window, "share": a.expand, "most": a.max_answer_tokens}
        results, sizes = run(setup, haystack, drawn, skipped, **bounds, seed=a.seed)
        common = {"suite": "longdoc", "set": "timeqa", "context": tokens, "k": sizes, "expand": a.expand}
        print_rows(results, a.seed, {"refrag": [s for s in SYSTEMS if s != "refrag"]}, skipped, **common)


if __name__ == "__main__":
    main()
