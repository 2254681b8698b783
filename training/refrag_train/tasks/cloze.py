"""Fill in a name or a number that a sentence of some passage leaves out, with the passages compressed.

What continuing teaches, to find a place by the very words before it, a question does not say: it has some of a sentence's words, in
another form. Cloze questions come nearer, and there is one for every name of every passage; splitting them off the text itself follows
Ram et al., "Few-Shot Question Answering by Pretraining Span Selection", ACL 2021, section 3.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from dataclasses import dataclass

from refrag_train.corpus import Corpus
from refrag_train.layout import Row, Segment
from refrag_train.prompt import Prompt
from refrag_train.spelling import whole_words
from refrag_train.tasks import Sample
from refrag_train.tasks.answering import asked, bounded, prefix, with_sources
from refrag_train.tasks.sources import AnswerSources

SENTENCE = re.compile(r"(?<=[.!?])\s+")
NAME = re.compile(r"(?<=\s)(?:[A-Z][\w'’-]+(?:\s(?:of\s|the\s)?[A-Z][\w'’-]+){0,3}|\d[\d,.]*\d|\d+)\b")
LEAST_WORDS = 5
"""Of a sentence beside what it leaves out."""
MOST_WORDS = 14
"""On either side of it."""
BLANK = "what"


@dataclass(frozen=True)
class Blank:
    """answer: once in its passage. before, after: the words of its sentence around it."""

    answer: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    def question(self, rng: random.Random, left_out: float) -> str:
        """The sentence with a share of its words left out."""
        before = [word for word in self.before[-MOST_WORDS:] if rng.random() >= left_out]
        after = [word for word in self.after[:MOST_WORDS] if rng.random() >= left_out]
        return " ".join([*before, BLANK, *after]).rstrip(".,;:!? ") + "?"


def blanks(text: str) -> list[Blank]:
    """Names and numbers of a passage that stand in it once, but for those that begin a sentence."""
    found: list[Blank] = []
    for sentence in SENTENCE.split(text):
        for match in NAME.finditer(sentence):
            answer = match.group().strip(".,'’-")
            before, after = tuple(sentence[: match.start()].split()), tuple(sentence[match.end() :].split())
            once = bool(answer) and len(whole_words(answer).findall(text)) == 1
            if once and before and len(before) + len(after) >= LEAST_WORDS:
                found.append(Blank(answer, before, after))
    return found


class Cloze:
    """Rows: opening, labelled passages as vectors, then blanks of them packed side by side. The passages beside the first are of its
    title, as far as there are any. left_out: bounds of the share of a sentence's words that are left out."""

    name = "cloze"

    def __init__(
        self,
        corpus: Corpus,
        prompt: Prompt,
        *,
        sets: list[str],
        chunk_tokens: list[int],
        passages: tuple[int, int],
        questions: int,
        left_out: tuple[float, float],
        max_raw_tokens: int,
        held_out: frozenset[str],
        sources: AnswerSources | None = None,
    ) -> None:
        """sources: where answers stand, for a stage that learns to look there. ValueError where no passage has a blank."""
        self._corpus, self._prompt, self._sources = corpus, prompt, sources
        self._chunk_tokens, self._passages, self._questions = chunk_tokens, passages, questions
        self._left_out, self._max_raw_tokens = left_out, max_raw_tokens
        candidates = [p for p in corpus.text if p.split("/")[0] in sets and p not in held_out]
        self._pids = [p for p in candidates if corpus.fit([p], max_raw_tokens) and NAME.search(corpus.text[p])]
        if not self._pids:
            raise ValueError(f"cloze: no passage of {', '.join(sets)} has a name or a number to ask for")
        self._same_title: dict[str, list[str]] = defaultdict(list)
        for p in self._pids:
            self._same_title[corpus.title[p]].append(p)

    def sample(self, rng: random.Random, progress: float) -> Sample:
        k = rng.choice(self._chunk_tokens)
        while True:
            pids = self._drawn(rng)
            found = [(pid, blank) for pid in pids for blank in blanks(self._corpus.text[pid])]
            if found:
                break
        rng.shuffle(found)
        segments = [self._segment(rng, pid, blank) for pid, blank in found[: self._questions]]
        entries = prefix(self._prompt, self._corpus, "", pids, [set() for _ in pids], k)
        return Sample(k, f"cloze{k}", [Row(entries, segments)])

    def _drawn(self, rng: random.Random) -> list[str]:
        first = rng.choice(self._pids)
        others = rng.randint(*self._passages) - 1
        near = [p for p in self._same_title[self._corpus.title[first]] if p != first]
        chosen = rng.sample(near, min(others, len(near)))
        far = [p for p in rng.sample(self._pids, min(others, len(self._pids))) if p != first and p not in chosen]
        return bounded(rng, self._corpus, [first, *chosen, *far[: others - len(chosen)]], self._max_raw_tokens)

    def _segment(self, rng: random.Random, pid: str, blank: Blank) -> Segment:
        segment = asked(self._prompt, blank.question(rng, rng.uniform(*self._left_out)), blank.answer)
        return segment if self._sources is None else with_sources(segment, self._sources, (pid,), blank.answer)
