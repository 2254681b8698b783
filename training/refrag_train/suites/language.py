"""Log-perplexity of the tokens that follow a context, as arXiv 2509.01092 measures it:

python -m refrag_train.suites.language --bundle BUNDLE --data DATA

Per text and system: mean negative log-likelihood, in nat, of the first 512, 1024 and 2048 tokens behind 2,048 tokens of context.
Systems: none (no context), full (raw), compressed@K (one vector per K tokens), truncated@K (the last tokens, as many as
compressed@K has vectors). The context has no instruction around it: the sink token, the context, the text.

Texts: books/dev.jsonl.xz whole, and every 20th file of latex/stacks.jsonl.xz in the order of ids, which training leaves out.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from refrag_train.corpus import Skipped
from refrag_train.documents import Window, read_texts, windows
from refrag_train.layout import ChunkRef, Entry
from refrag_train.scores import Results
from refrag_train.suites.scoring import ScoringBundle
from refrag_train.suites.setup import Setup, arguments, chunk_sizes, print_rows

LENGTHS = (512, 1024, 2048)


@dataclass(frozen=True)
class Source:
    """A file of rows {"id", "text"}; every: each how many-th row, in the order of ids."""

    name: str
    path: str
    every: int = 1


SOURCES = (Source("books", "books/dev.jsonl.xz"), Source("latex", "latex/stacks.jsonl.xz", every=20))


def read(setup: Setup, window: Window, sizes: list[int], lengths: list[int]) -> dict[str, dict[str, float]]:
    """By system: positions of the context, and the log-perplexity of each length."""
    sink, pid = setup.prompt.sink, window.id
    setup.texts.add_tokens(pid, window.context)
    entries: dict[str, list[Entry]] = {"none": [sink], "full": [sink, *window.context]}
    for k in sizes:
        chunks = -(-len(window.context) // k)
        entries[f"compressed@{k}"] = [sink, *(ChunkRef(pid, c) for c in range(chunks))]
        entries[f"truncated@{k}"] = [sink, *window.context[-chunks:]]
    found: dict[str, dict[str, float]] = {}
    for system, own in entries.items():
        k = int(system.partition("@")[2] or setup.k)
        losses = setup.reader.losses(own, k, window.following)
        found[system] = {"positions": len(own) - 1.0} | {f"p{n}": float(losses[:n].mean()) for n in lengths}
    return found


def main() -> None:
    parser = arguments(__doc__, limit=8)
    parser.add_argument("--context", type=int, default=2048)
    parser.add_argument("--following", type=int, default=2048, help="tokens predicted; default: %(default)s")
    parser.add_argument("--k", help="chunk sizes, separated by commas; default: the bundle's")
    a = parser.parse_args()
    setup = Setup.of(ScoringBundle(a.bundle, threads=a.threads))
    sizes = chunk_sizes(setup.bundle, a.k)
    lengths = [n for n in LENGTHS if n <= a.following] or [a.following]
    for source in SOURCES:
        skipped, results = Skipped(), Results()
        rows = read_texts(Path(a.data) / source.path)[:: source.every]
        for window in windows(rows, setup.tokenizer, a.context, a.following, a.limit, a.seed, skipped):
            for system, figures in read(setup, window, sizes, lengths).items():
                results.add(system, window.id.rpartition("/")[0], **figures)
        against = {f"compressed@{k}": ["none", "full", f"truncated@{k}"] for k in sizes}
        print_rows(results, a.seed, against, skipped, suite="language", set=source.name, context=a.context)


if __name__ == "__main__":
    main()
