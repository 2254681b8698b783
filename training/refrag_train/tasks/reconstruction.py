"""Rebuild tokens from chunk vectors: what makes a decoder read vectors at all (arXiv 2509.01092, section 2 and table 13)."""

from __future__ import annotations

import random

from refrag_train.corpus import Corpus
from refrag_train.layout import ChunkRef, Row, Segment
from refrag_train.prompt import Prompt
from refrag_train.tasks import Sample, curriculum


class Reconstruction:
    """Rows: sink, c chunk vectors, newline, their c * k tokens. The typical c moves through `chunks` as the stage goes on.
    Passages without room for the smallest row are skipped."""

    name = "reconstruction"

    def __init__(self, corpus: Corpus, prompt: Prompt, pids: list[str], *, chunk_tokens: list[int], chunks: list[int], tokens: int) -> None:
        lengths = {p: len(corpus.ids(p)) for p in pids}
        least, most = min(chunk_tokens) * min(chunks), max(chunk_tokens) * max(chunks)
        if max(lengths.values(), default=0) < most:
            raise ValueError(
                f"reconstruction: {max(chunks)} chunks of {max(chunk_tokens)} tokens need a passage of {most};"
                f" the longest of {len(pids)} has {max(lengths.values(), default=0)}"
            )
        for p in pids:
            if lengths[p] < least:
                corpus.skipped.add(f"passage shorter than {least} tokens", p)
        self._corpus, self._prompt, self._pids = corpus, prompt, [p for p in pids if lengths[p] >= least]
        self._chunk_tokens, self._chunks, self._tokens = chunk_tokens, chunks, tokens

    def sample(self, rng: random.Random, progress: float) -> Sample:
        k = rng.choice(self._chunk_tokens)
        count = curriculum(rng, self._chunks, progress)
        rows = [self.row(rng, k, count) for _ in range(max(1, self._tokens // (count * k)))]
        return Sample(k, f"rebuild{k}", rows)

    def row(self, rng: random.Random, k: int, count: int) -> Row:
        """One span of `count` whole chunks of a random passage."""
        while True:
            pid = rng.choice(self._pids)
            room = len(self._corpus.ids(pid)) // k - count
            if room >= 0:
                first = rng.randrange(room + 1)
                break
        ids = self._corpus.ids(pid)[first * k : (first + count) * k]
        chunks = [ChunkRef(pid, first + c) for c in range(count)]
        cue = self._prompt.newline
        return Row([self._prompt.sink, *chunks], [Segment([*cue, *ids], [0.0] * len(cue) + [1.0] * len(ids))])
