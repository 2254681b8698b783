"""What earlier turns are worth, and what they cost: python -m refrag_train.suites.conversations --bundle BUNDLE --data DATA

F1 and answer loss (nat per token of the reference answer) of a conversation's turn. Systems differ in the earlier turns alone, which
stand between passages and question, as the runtime lays them out: none (left out), raw, compressed (one vector per k tokens),
truncated (the last tokens of them, as many as compressed has positions). Passages are mixed, as served.

Sets: wiki (turns of conversations/wiki_synthetic.dev after the first; gold passages and hard negatives; nearly all questions stand
alone), sharc (conversations/sharc.dev with earlier turns; the rule text is the passage, scenario and question are asked together).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from refrag_train.corpus import Corpus, Skipped, Texts, read_rows
from refrag_train.layout import ChunkRef, Entry
from refrag_train.scores import Results, f1
from refrag_train.suites.scoring import ScoringBundle
from refrag_train.suites.setup import Setup, arguments, expansion, open_tokenizer, print_rows

SETS = ("wiki", "sharc")
AGAINST = {"compressed": ["none", "raw", "truncated"]}


@dataclass(frozen=True)
class Turn:
    """A question with what was said before it, oldest first, and the passages to answer it from."""

    id: str
    history: list[tuple[str, str]]
    question: str
    answers: list[str]
    pids: list[str]


def wiki_turns(path: Path, texts: Texts, passages: int, seed: int, skipped: Skipped) -> list[Turn]:
    """Turns after the first of each conversation; passages of `texts`, those of a turn shuffled."""
    turns: list[Turn] = []
    for row in read_rows(path, ("id", "turns")):
        history: list[tuple[str, str]] = []
        for number, turn in enumerate(row["turns"]):
            own = f"{row['id']}/{number}"
            pids = [f"wiki/{p}" for p in (*turn["gold"], *turn["neg"])][:passages]
            random.Random(f"{seed}/{own}").shuffle(pids)
            if not all(p in texts.text for p in pids):
                skipped.add("passage unknown", own)
            elif history:
                asked = turn.get("question_ctx") or turn["question"]
                turns.append(Turn(own, list(history), asked, turn["answers"], pids))
            history.append((turn["question"], turn["answers"][0]))
    return turns


def sharc_turns(path: Path, texts: Texts, skipped: Skipped) -> list[Turn]:
    """Rows with earlier turns. Adds the rule texts as passages."""
    turns: list[Turn] = []
    for row in read_rows(path, ("id", "tree_id", "passage", "question", "answer")):
        if not row["history"]:
            skipped.add("no earlier turn", row["id"])
            continue
        pid = f"sharc/{row['tree_id']}"
        texts.add(pid, "", row["passage"])
        history = [(turn["question"], turn["answer"]) for turn in row["history"]]
        asked = " ".join(part.strip() for part in (row["scenario"], row["question"]) if part.strip())
        turns.append(Turn(row["id"], history, asked, [row["answer"]], [pid]))
    return turns


def history_entries(setup: Setup, turn: Turn, k: int) -> dict[str, list[Entry]]:
    """The earlier turns, by system; a blank line stands before each."""
    blank = [*setup.prompt.newline, *setup.prompt.newline]
    raw: list[Entry] = []
    compressed: list[Entry] = []
    for number, (question, answer) in enumerate(turn.history):
        pid = f"{turn.id}/turn/{number}"
        setup.texts.add(pid, "", f"Question: {question.strip()}\nAnswer: {answer.strip()}")
        ids = setup.texts.ids(pid)
        raw += [*blank, *ids]
        compressed += [*blank, *(ChunkRef(pid, c) for c in range(-(-len(ids) // k)))]
    return {"none": [], "raw": raw, "compressed": compressed, "truncated": raw[-len(compressed) :]}


def run(setup: Setup, turns: list[Turn], k: int, share: float, most: int) -> Results:
    """All systems on all turns."""
    results = Results()
    for turn in turns:
        before = setup.contexts.mixed(turn.question, turn.pids, k, share)
        asked = setup.prompt.question(turn.question)
        for system, history in history_entries(setup, turn, k).items():
            entries = [*before, *history, *asked]
            said = setup.text(setup.reader.answer(entries, k, setup.prompt.stop, most))
            loss = setup.reader.losses(entries, k, setup.prompt.answer(turn.answers[0])).mean()
            results.add(system, f1=f1(said, turn.answers), loss=float(loss), positions=len(entries))
    return results


def main() -> None:
    parser = arguments(__doc__, limit=60)
    parser.add_argument("--k", type=int, help="tokens per chunk; default: the bundle's")
    expansion(parser, share=0.25)
    parser.add_argument("--passages", type=int, default=3)
    parser.add_argument("--max-answer-tokens", type=int, default=32)
    a = parser.parse_args()
    corpus = Corpus(a.data / "rag_train", ["wiki"], open_tokenizer(a.bundle))
    setup = Setup.of(ScoringBundle(a.bundle, threads=a.threads), corpus, expanded=a.expanded)
    k, folder = a.k or setup.k, a.data / "conversations"
    for name in SETS:
        skipped = Skipped()
        if name == "wiki":
            turns = wiki_turns(folder / "wiki_synthetic.dev.jsonl.xz", setup.texts, a.passages, a.seed, skipped)
        else:
            turns = sharc_turns(folder / "sharc.dev.jsonl.xz", setup.texts, skipped)
        drawn = random.Random(a.seed).sample(turns, min(a.limit, len(turns)))
        results = run(setup, drawn, k, a.expand, a.max_answer_tokens)
        print_rows(results, a.seed, AGAINST, skipped, suite="conversations", set=name, k=k, expand=a.expand)


if __name__ == "__main__":
    main()
