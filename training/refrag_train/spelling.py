"""Passages as their tokens spell them: where a stretch of text stands in tokens."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from refrag_train.corpus import Texts


class Spelling:
    """tokenizer: decodes single tokens, spaces included."""

    def __init__(self, corpus: Texts, tokenizer: Any) -> None:
        self._corpus, self._tokenizer = corpus, tokenizer
        self._pieces: dict[int, str] = {}

    def of(self, pid: str) -> tuple[str, NDArray[np.int64]]:
        """The text, and where each token ends in it. A character cut between tokens is spelled as replacement characters."""
        pieces = [self._piece(token) for token in self._corpus.ids(pid)]
        return "".join(pieces), np.cumsum([len(piece) for piece in pieces], dtype=np.int64)

    def occurrences(self, pid: str, words: str) -> list[range]:
        """The tokens that hold any of it, for each place of a passage where these words stand; none for a blank text."""
        if not words.strip():
            return []
        text, ends = self.of(pid)
        return [tokens_between(ends, match.start(), match.end()) for match in whole_words(words).finditer(text)]

    def _piece(self, token: int) -> str:
        if token not in self._pieces:
            self._pieces[token] = self._tokenizer.decode([token])
        return self._pieces[token]


def whole_words(text: str) -> re.Pattern[str]:
    """Finds a text in others: not within a word, in any case."""
    return re.compile(as_words(text.strip()), re.IGNORECASE)


def as_words(text: str) -> str:
    """Pattern of a text that is not within a word."""
    return rf"(?<!\w){re.escape(text)}(?!\w)"


def tokens_between(ends: NDArray[np.int64], start: int, end: int) -> range:
    """Tokens that hold the characters start..end-1, given where tokens end."""
    first, last = np.searchsorted(ends, [start, end - 1], "right")
    return range(int(first), int(last) + 1)
