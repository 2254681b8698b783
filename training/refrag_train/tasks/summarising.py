"""Summarise a document that is read as vectors alone."""

from __future__ import annotations

import random

from refrag_train.corpus import Corpus
from refrag_train.documents import Document
from refrag_train.layout import Row
from refrag_train.prompt import Prompt
from refrag_train.tasks import Sample
from refrag_train.tasks.answering import asked, prefix

REQUEST = "Write a summary of the passage."


class Summarising:
    """Rows: head, a document as vectors, the request, the first `summary_tokens` tokens of its summary. Documents of more than
    `max_raw_tokens` tokens are skipped."""

    name = "summarising"

    def __init__(
        self,
        corpus: Corpus,
        prompt: Prompt,
        documents: list[Document],
        *,
        chunk_tokens: list[int],
        summary_tokens: int,
        max_raw_tokens: int,
    ) -> None:
        self._corpus, self._prompt = corpus, prompt
        self._chunk_tokens, self._summary_tokens = chunk_tokens, summary_tokens
        self._documents: list[Document] = []
        for document in documents:
            corpus.add(document.id, document.title, document.text)
            if corpus.fit([document.id], max_raw_tokens):
                self._documents.append(document)
            else:
                corpus.skipped.add(f"document longer than {max_raw_tokens} tokens", document.id)
        if not self._documents:
            raise ValueError(f"summarising: no document can be used; skipped: {corpus.skipped.counts()}")

    def sample(self, rng: random.Random, progress: float) -> Sample:
        k, document = rng.choice(self._chunk_tokens), rng.choice(self._documents)
        entries = prefix(self._prompt, self._corpus, REQUEST, [document.id], [set()], k)
        return Sample(k, f"summary{k}", [Row(entries, [asked(self._prompt, REQUEST, document.summary, self._summary_tokens)])])
