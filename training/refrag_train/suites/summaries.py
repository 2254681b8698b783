"""Summaries of long documents: python -m refrag_train.suites.summaries --bundle BUNDLE --data DATA

ROUGE-1, -2 and -L (F1, stemmed; the package rouge-score) against the authors' own summaries, and the loss in nat per token of the first
tokens of these. Systems: compressed@K (the document as one vector per K tokens), truncated@K (its first tokens, as many positions as
compressed@K reads), full where it fits into the model's window, none, and lead (the document's first tokens as the summary:
no decoder). Data: summaries/openstax.dev and summaries/technical.dev.
"""

from __future__ import annotations

import random

from rouge_score.rouge_scorer import RougeScorer

from refrag_train.corpus import Skipped
from refrag_train.documents import Document, documents
from refrag_train.layout import Entry
from refrag_train.scores import Results
from refrag_train.suites.scoring import ScoringBundle
from refrag_train.suites.setup import Setup, arguments, chunk_sizes, print_rows
from refrag_train.tasks.summarising import REQUEST

FILES = ("openstax.dev.jsonl.xz", "technical.dev.jsonl.xz")
NAMES = {"rouge1": "rouge1", "rouge2": "rouge2", "rougeL": "rougel"}


class Rouge:
    """ROUGE F1 of a summary."""

    def __init__(self) -> None:
        self._scorer = RougeScorer(list(NAMES), use_stemmer=True)

    def of(self, summary: str, reference: str) -> dict[str, float]:
        found = self._scorer.score(reference, summary)
        return {own: float(found[name].fmeasure) for name, own in NAMES.items()}


def prompts(setup: Setup, document: Document, sizes: list[int]) -> dict[str, list[Entry]]:
    """What each system reads before the request."""
    setup.texts.add(document.id, document.title, document.text)
    contexts, pids = setup.contexts, [document.id]
    found: dict[str, list[Entry]] = {"none": contexts.none(REQUEST)}
    for k in sizes:
        found[f"compressed@{k}"] = contexts.compressed(REQUEST, pids, k)
        found[f"truncated@{k}"] = contexts.truncated(REQUEST, pids, len(found[f"compressed@{k}"]))
    return found | {"full": contexts.raw(REQUEST, pids)}


def run(setup: Setup, drawn: list[Document], sizes: list[int], most: int, skipped: Skipped) -> Results:
    """All systems on all documents. Documents that do not fit uncompressed are left out: all systems have the same ones."""
    results, rouge = Results(), Rouge()
    asked = setup.prompt.question(REQUEST)
    for document in drawn:
        read = prompts(setup, document, sizes)
        if len(read["full"]) + len(asked) + most > setup.window:
            skipped.add("longer than the model's window", document.id)
            continue
        for system, context in read.items():
            k, entries = int(system.partition("@")[2] or setup.k), [*context, *asked]
            said = setup.text(setup.reader.answer(entries, k, setup.prompt.stop, most))
            reference = setup.prompt.answer(document.summary)[:most]
            loss = float(setup.reader.losses(entries, k, reference).mean())
            results.add(system, document.id, **rouge.of(said, document.summary), loss=loss, positions=len(entries))
        lead = setup.text(setup.texts.ids(document.id)[:most])
        results.add("lead", document.id, **rouge.of(lead, document.summary), positions=0)
    return results


def main() -> None:
    parser = arguments(__doc__, limit=20)
    parser.add_argument("--k", help="chunk sizes, separated by commas; default: the bundle's")
    parser.add_argument("--max-summary-tokens", type=int, default=96)
    a = parser.parse_args()
    setup = Setup.of(ScoringBundle(a.bundle, threads=a.threads))
    sizes, skipped = chunk_sizes(setup.bundle, a.k), Skipped()
    known = documents([a.data / "summaries" / name for name in FILES])
    drawn = random.Random(a.seed).sample(known, min(a.limit, len(known)))
    results = run(setup, drawn, sizes, a.max_summary_tokens, skipped)
    against = {f"compressed@{k}": [f"truncated@{k}", "full", "none"] for k in sizes}
    print_rows(results, a.seed, against, skipped, suite="summaries", set="openstax and technical")


if __name__ == "__main__":
    main()
