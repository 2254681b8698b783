"""Where the tokens of an answer stand in the passages that it is from."""

from __future__ import annotations

from typing import Any, Sequence

from refrag_train.corpus import Texts
from refrag_train.layout import TokenRef
from refrag_train.spelling import Spelling


class AnswerSources:
    """Looks an answer up in passages: whole words, in any case, the first occurrence."""

    def __init__(self, corpus: Texts, tokenizer: Any) -> None:
        self._spelling = Spelling(corpus, tokenizer)

    def of(self, pids: Sequence[str], answer: str, size: int) -> list[TokenRef | None]:
        """A source for each of the answer's `size` tokens; where the passage has it in other tokens, of the first one alone; none where
        no passage has it."""
        for pid in pids:
            found = self._spelling.occurrences(pid, answer)
            if found:
                known = found[0] if len(found[0]) == size else found[0][:1]
                return [*(TokenRef(pid, t) for t in known), *[None] * (size - len(known))]
        return [None] * size
