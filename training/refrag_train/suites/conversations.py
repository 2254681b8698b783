"""What earlier turns are worth, and what they cost: python -m refrag_train.suites.conversations --bundle BUNDLE --data DATA

F1 and answer loss (nat per token of the reference answer) of a conversation's turn. Systems differ in the earlier turns alone, which
stand between passages and question, as the runtime lays them out: none (left out), raw, compressed (one vector per k tokens),
truncated (the last tokens of them, as many as compressed has positions). Passages are mixed, as served.

Sets: wiki (turns of conversations/wiki_synthetic.dev after the first; gold passages and hard negatives; nearly all questions stand
alone), sharc (conversations/sharc.dev with earlier turns; the rule text is the passage, scenario and question are asked together).
"""

from __future__ import annotations

import random

from refrag_train.conversations import Turn, sharc_turns, spoken, wiki_turns
from refrag_train.corpus import Corpus, Skipped
from refrag_train.layout import Entry
from refrag_train.scores import Results, f1
from refrag_train.suites.scoring import ScoringBundle
from refrag_train.suites.selection import Budget
from refrag_train.suites.setup import Setup, arguments, expansion, open_tokenizer, print_rows

SETS = ("wiki", "sharc")
SERVED = Budget(share=0.1, least=64, most=96)
"""What the runtime does where a query does not say: answer.expand-fraction, -least-tokens and -tokens."""

AGAINST = {"compressed": ["none", "raw", "truncated"]}


def history_entries(setup: Setup, turn: Turn, k: int) -> dict[str, list[Entry]]:
    """The earlier turns, by system."""
    raw = spoken(setup.prompt, setup.texts, turn, k, len(turn.history))
    compressed = spoken(setup.prompt, setup.texts, turn, k, 0)
    return {"none": [], "raw": raw, "compressed": compressed, "truncated": raw[-len(compressed) :]}


def run(setup: Setup, turns: list[Turn], k: int, budget: Budget, most: int) -> Results:
    """All systems on all turns."""
    results = Results()
    for turn in turns:
        before = setup.contexts.mixed(turn.question, turn.pids, k, budget)
        asked = setup.prompt.question(turn.question)
        group = ",".join(turn.gold or turn.pids)  # many turns are about one text
        for system, history in history_entries(setup, turn, k).items():
            entries = [*before, *history, *asked]
            said = setup.text(setup.reader.answer(entries, k, setup.prompt.stop, most))
            loss = setup.reader.losses(entries, k, setup.prompt.answer(turn.answers[0])).mean()
            results.add(system, group, f1=f1(said, turn.answers), loss=float(loss), positions=len(entries))
    return results


def main() -> None:
    parser = arguments(__doc__, limit=60)
    parser.add_argument("--k", type=int, help="tokens per chunk; default: the bundle's")
    expansion(parser, share=SERVED.share)
    parser.add_argument("--expand-least-tokens", type=int, default=SERVED.least, help="tokens that are expanded at least; default: %(default)s")
    parser.add_argument("--expand-tokens", type=int, default=SERVED.most, help="at most; default: %(default)s")
    parser.add_argument("--passages", type=int, default=3)
    parser.add_argument("--max-answer-tokens", type=int, default=32)
    a = parser.parse_args()
    corpus = Corpus(a.data / "rag_train", ["wiki"], open_tokenizer(a.bundle))
    setup = Setup.of(ScoringBundle(a.bundle, threads=a.threads), corpus, expanded=a.expanded)
    k, folder = a.k or setup.k, a.data / "conversations"
    budget = Budget(a.expand, a.expand_least_tokens, a.expand_tokens)
    for name in SETS:
        skipped = Skipped()
        if name == "wiki":
            turns = wiki_turns(folder / "wiki_synthetic.dev.jsonl.xz", setup.texts, a.passages, a.seed, skipped)
        else:
            turns = sharc_turns(folder / "sharc.dev.jsonl.xz", setup.texts, skipped)
        drawn = random.Random(a.seed).sample(turns, min(a.limit, len(turns)))
        results = run(setup, drawn, k, budget, a.max_answer_tokens)
        how = {"k": k, "expand": budget.share, "least": budget.least, "most": budget.most}
        print_rows(results, a.seed, AGAINST, skipped, suite="conversations", set=name, **how)


if __name__ == "__main__":
    main()
