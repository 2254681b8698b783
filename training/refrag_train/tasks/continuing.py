"""Go on with a text of which the beginning is compressed: next-paragraph prediction (arXiv 2509.01092, section 2)."""

from __future__ import annotations

import random

from refrag_train.corpus import Texts
from refrag_train.documents import Window
from refrag_train.layout import ChunkRef, Entry, Row, Segment
from refrag_train.prompt import Prompt
from refrag_train.tasks import Sample, curriculum


class Continuing:
    """Rows: sink, context, the tokens behind it. A share `compressed` of the rows has vectors only; in the others a random share of the
    chunks, anywhere in the context, stays raw. A teacher is shown the whole context raw.

    windows: by tokens of context; short ones come first as the stage goes on. Added to the texts."""

    name = "continuing"

    def __init__(
        self,
        texts: Texts,
        prompt: Prompt,
        windows: dict[int, list[Window]],
        *,
        chunk_tokens: list[int],
        compressed: float,
        expand: tuple[float, float],
    ) -> None:
        for context, own in windows.items():
            if not own:
                raise ValueError(f"continuing: no text is long enough for {context} tokens of context and what follows them")
            for window in own:
                texts.add_tokens(_pid(window), window.context)
        self._prompt, self._windows, self._contexts = prompt, windows, sorted(windows)
        self._chunk_tokens, self._compressed, self._expand = chunk_tokens, compressed, expand

    def sample(self, rng: random.Random, progress: float) -> Sample:
        k = rng.choice(self._chunk_tokens)
        window = rng.choice(self._windows[curriculum(rng, self._contexts, progress)])
        chunks = -(-len(window.context) // k)
        raw: set[int] = set()
        if rng.random() >= self._compressed:
            raw = set(rng.sample(range(chunks), max(1, round(rng.uniform(*self._expand) * chunks))))
        context: list[Entry] = []
        for c in range(chunks):
            context += window.context[c * k : (c + 1) * k] if c in raw else [ChunkRef(_pid(window), c)]
        following = Segment(window.following, [1.0] * len(window.following))
        shown = Row([self._prompt.sink, *window.context], [following])
        return Sample(k, f"{'mixed' if raw else 'compressed'} text{k}", [Row([self._prompt.sink, *context], [following])], shown)


def _pid(window: Window) -> str:
    """Windows of several lengths may begin at the same place."""
    return f"{window.id}/{len(window.context)}"
