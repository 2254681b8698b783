"""Where the tokens of an answer stand in the passages that it is from."""

from __future__ import annotations

import re
from typing import Any, Sequence

from refrag_train.corpus import Texts
from refrag_train.layout import TokenRef
from refrag_train.spelling import Spelling, tokens_between


class AnswerSources:
    """Looks an answer up in passages: whole words, in any case, the first occurrence."""

    def __init__(self, corpus: Texts, tokenizer: Any) -> None:
        self._spelling = Spelling(corpus, tokenizer)

    def of(self, pids: Sequence[str], answer: str, size: int) -> list[TokenRef | None]:
        """A source for each of the answer's `size` tokens; where the passage has it in other tokens, of the first one alone; none where
        no passage has it."""
        pattern = re.compile(rf"(?<!\w){re.escape(answer.strip())}(?!\w)", re.IGNORECASE)
        for pid in pids:
            text, ends = self._spelling.of(pid)
            match = pattern.search(text)
            if match is not None and match.end() > match.start():
                tokens = tokens_between(ends, match.start(), match.end())
                known = tokens if len(tokens) == size else tokens[:1]
                return [*(TokenRef(pid, t) for t in known), *[None] * (size - len(known))]
        return [None] * size
