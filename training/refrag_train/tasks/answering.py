"""Answer questions from passages that are raw, compressed, mixed or absent."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Literal, Sequence, get_args

from refrag_train.corpus import Corpus, Question, Texts
from refrag_train.layout import ChunkRef, Entry, Row, Segment, TokenRef
from refrag_train.lexical import ChunkChoice
from refrag_train.prompt import Prompt
from refrag_train.scores import REFUSAL
from refrag_train.tasks import Sample
from refrag_train.tasks.sources import AnswerSources

Context = Literal["raw", "states", "compressed", "mixed", "none"]
Expanded = Literal["raw", "states"]


def prefix(
    prompt: Prompt, corpus: Texts, question: str, pids: list[str], expanded: list[set[int] | None], k: int, form: Expanded = "raw"
) -> list[Entry]:
    """Opening and passages. expanded[p]: chunks of passage p that enter token by token, in the given form; None = all."""
    entries: list[Entry] = list(prompt.opening(question))
    for p, pid in enumerate(pids):
        entries += prompt.label(p)
        ids = corpus.ids(pid)
        for c in range(0, (len(ids) + k - 1) // k):
            chosen = expanded[p]
            if chosen is None or c in chosen:
                own = range(c * k, min(len(ids), (c + 1) * k))
                entries += [ids[i] if form == "raw" else TokenRef(pid, i) for i in own]
            else:
                entries.append(ChunkRef(pid, c))
    return entries


def expanded_alone(
    prompt: Prompt, corpus: Texts, question: str, pids: list[str], expanded: list[set[int] | None], k: int, form: Expanded = "raw"
) -> list[Entry]:
    """The prefix when all that is compressed is dropped, and passages with it that have nothing left: `only` of `refrag eval`."""
    kept = [(pid, chunks) for pid, chunks in zip(pids, expanded) if chunks is None or chunks]
    entries = prefix(prompt, corpus, question, [pid for pid, _ in kept], [chunks for _, chunks in kept], k, form)
    return [e for e in entries if not isinstance(e, ChunkRef)]


def asked(prompt: Prompt, question: str, answer: str, most: int | None = None) -> Segment:
    """Question and answer, of which the tokens are learned. most: only its first so many."""
    before, said = prompt.question(question), prompt.answer(answer)[:most]
    return Segment(before + said, [0.0] * len(before) + [1.0] * len(said))


def with_sources(segment: Segment, sources: AnswerSources, pids: Sequence[str], answer: str) -> Segment:
    """A question's segment that tells where its answer stands in these passages."""
    size = sum(w > 0 for w in segment.weights) - 1  # the last one ends the answer
    known = sources.of(pids, answer, size)
    return replace(segment, sources=[*[None] * (len(segment.ids) - size - 1), *known, None])


def draw_passages(
    rng: random.Random, corpus: Corpus, question: Question, count: int, held_out: frozenset[str], max_tokens: int
) -> list[str]:
    """`count` gold passages and hard negatives, shuffled, within the token bound; the gold ones whatever the count."""
    negatives = [n for n in question.negatives if n not in held_out]
    drawn = rng.sample(negatives, min(len(negatives), max(0, count - len(question.gold))))
    return bounded(rng, corpus, [*question.gold, *drawn], max_tokens)


def draw_negatives(
    rng: random.Random, corpus: Corpus, question: Question, count: int, held_out: frozenset[str], max_tokens: int
) -> list[str]:
    """Up to `count` hard negatives that contain none of the answers, shuffled, within the token bound; none where there are none."""
    answers = [a.lower() for a in question.answers]
    silent = [n for n in question.negatives if n not in held_out and not any(a in corpus.text[n].lower() for a in answers)]
    return bounded(rng, corpus, rng.sample(silent, min(len(silent), count)), max_tokens)


def bounded(rng: random.Random, corpus: Corpus, pids: list[str], max_tokens: int) -> list[str]:
    """Passages up to so many tokens, the first one whatever its length, shuffled."""
    chosen: list[str] = []
    tokens = 0
    for pid in pids:
        tokens += len(corpus.ids(pid))
        if chosen and tokens > max_tokens:
            break
        chosen.append(pid)
    rng.shuffle(chosen)
    return chosen


def continuation(rng: random.Random, prompt: Prompt, index: int, pid: str, ids: list[int], most: int, weight: float) -> Segment:
    """Up to so many tokens behind any four of the passage with this index, of at least 12 tokens."""
    first = rng.randrange(len(ids) - 8)
    before, behind = prompt.continuation(index, ids[first : first + 4]), ids[first + 4 : first + 4 + most]
    sources = [*[None] * len(before), *(TokenRef(pid, first + 4 + i) for i in range(len(behind)))]
    return Segment(before + behind, [0.0] * len(before) + [weight] * len(behind), sources)


class Answering:
    """Rows: opening, labelled passages, then several questions on them packed side by side, and continuations; where the opening asks,
    each question has a row of its own, and nothing is continued. Questions whose gold passages exceed `max_raw_tokens` together, or
    that do not fit into `window` positions around so many, are skipped. A share `absent` of the rows has one question and only passages
    that do not answer it; the answer says so."""

    name = "answering"

    def __init__(
        self,
        corpus: Corpus,
        prompt: Prompt,
        choice: ChunkChoice,
        *,
        sets: dict[str, float],
        contexts: dict[Context, float],
        chunk_tokens: list[int],
        passages: tuple[int, int],
        questions: int,
        expand: tuple[float, float],
        served: float,
        states: float,
        alone: float,
        absent: float,
        continuations: int,
        continuation_weight: float,
        continuation_tokens: int,
        max_raw_tokens: int,
        held_out: frozenset[str],
        window: int,
        sources: AnswerSources | None = None,
    ) -> None:
        """sources: where answers stand, for a stage that learns to look there."""
        unknown = contexts.keys() - set(get_args(Context))
        if unknown:
            raise ValueError(f"contexts has {', '.join(sorted(unknown))}; expected some of {', '.join(get_args(Context))}")
        self._corpus, self._prompt, self._choice = corpus, prompt, choice
        self._sets, self._contexts, self._chunk_tokens = sets, contexts, chunk_tokens
        self._passages, self._questions = passages, questions
        self._expand, self._served = expand, served
        self._states, self._alone, self._absent = states, alone, absent
        self._continuations, self._continuation_weight = continuations, continuation_weight
        self._continuation_tokens = continuation_tokens
        self._max_raw_tokens = max_raw_tokens
        self._held_out, self._sources = held_out, sources
        labels = sum(len(prompt.label(p)) for p in range(passages[1]))
        self._room = window - len(prompt.head) - labels - max_raw_tokens
        self._frame = self._around("") + len(prompt.answer(""))
        self._asked_times = 2 if prompt.asks_first else 1
        if self._room < 1:
            around = len(prompt.head) + labels
            raise ValueError(f"max_raw_tokens is {max_raw_tokens}, with {around} tokens around them; the window has {window}")
        self._rows = {s: [q for q in corpus.questions[s] if self._usable(q)] for s in sets}
        for name, rows in self._rows.items():
            if not rows:
                raise ValueError(f"answering: set {name!r} has no question that can be used; skipped: {corpus.skipped.counts()}")
        self._asked = {q.id for rows in self._rows.values() for q in rows}

    def _usable(self, question: Question) -> bool:
        """Whether a question may be asked; what bounds exclude is counted."""
        if self._held_out & set(question.gold):
            return False
        skipped = self._corpus.skipped
        if not self._corpus.fit(question.gold, self._max_raw_tokens):
            skipped.add(f"gold passages longer than {self._max_raw_tokens} tokens", question.id)
            return False
        if not self._fits(question):
            skipped.add("question and answer longer than the window", question.id)
            return False
        return True

    def _fits(self, question: Question) -> bool:
        """Whether a question fits into the room with any of its answers; short ones are not tokenised (see `Corpus.fit`)."""
        longest = max(question.answers, key=lambda a: len(a.encode()))
        size = self._asked_times * len(question.question.encode()) + len(longest.encode())
        if self._frame + size <= self._room:
            return True
        answer = max(len(self._prompt.answer(a)) for a in question.answers)
        return self._around(question.question) + answer <= self._room

    def _around(self, question: str) -> int:
        """Tokens of a question wherever it stands, without the head."""
        return len(self._prompt.opening(question)) - len(self._prompt.head) + len(self._prompt.question(question))

    def sample(self, rng: random.Random, progress: float) -> Sample:
        k = rng.choice(self._chunk_tokens)
        context = rng.choices(list(self._contexts), list(self._contexts.values()))[0]
        name = rng.choices(list(self._sets), list(self._sets.values()))[0]
        question = rng.choice(self._rows[name])
        count = rng.randint(*self._passages)
        bounds = self._corpus, question, count, self._held_out, self._max_raw_tokens
        refused = rng.random() < self._absent
        if refused:
            questions, pids = [question], draw_negatives(rng, *bounds)
        else:
            pids = draw_passages(rng, *bounds)
            questions = [question, *self._more(rng, question, pids)]
        if context == "none":
            pids = []
        apart = [[q] for q in questions] if self._prompt.asks_first else [questions]
        expanded = [self._expanded(rng, context, pids, asking, k) for asking in apart]
        form: Expanded = "states" if context == "states" or (context == "mixed" and rng.random() < self._states) else "raw"
        alone = context == "mixed" and rng.random() < self._alone
        lay_out = expanded_alone if alone else prefix
        rows = []
        for asking, chosen in zip(apart, expanded):
            entries = lay_out(self._prompt, self._corpus, asking[0].question, pids, chosen, k, form)
            rows.append(Row(entries, [self._segment(q, REFUSAL if refused else rng.choice(q.answers)) for q in asking]))
        shown = Row(self._shown(questions), rows[0].segments) if len(rows) == 1 and pids and not refused else None
        # What stands alone lacks passages, and numbers the others anew.
        if pids and context in ("compressed", "mixed") and not alone and not self._prompt.asks_first:
            more = [s for _ in range(self._continuations) if (s := self._continued(rng, pids)) is not None]
            rows = [Row(rows[0].prefix, [*rows[0].segments, *more])]
        label = f"{context}{k}" if context in ("compressed", "mixed") else context
        return Sample(k, f"refuse {label}" if refused else label, rows, shown)

    def _segment(self, question: Question, answer: str) -> Segment:
        segment = asked(self._prompt, question.question, answer)
        if self._sources is None or answer == REFUSAL:
            return segment
        return with_sources(segment, self._sources, question.gold, answer)

    def _more(self, rng: random.Random, question: Question, pids: list[str]) -> list[Question]:
        """Other questions that the same passages answer."""
        others = [q for p in pids for q in self._corpus.by_gold.get(p, []) if q.id != question.id and q.id in self._asked]
        more = [q for q in others if set(q.gold) <= set(pids)]
        rng.shuffle(more)
        return more[: self._questions - 1]

    def _shown(self, questions: list[Question]) -> list[Entry]:
        """Opening and the gold passages of the questions, raw."""
        gold = list(dict.fromkeys(pid for q in questions for pid in q.gold))
        return prefix(self._prompt, self._corpus, questions[0].question, gold, [None] * len(gold), 1)

    def _expanded(
        self, rng: random.Random, context: Context, pids: list[str], questions: list[Question], k: int
    ) -> list[set[int] | None]:
        if context in ("raw", "states"):
            return [None] * len(pids)
        raw: list[set[int]] = [set() for _ in pids]
        if context == "mixed" and pids:
            share = rng.uniform(*self._expand)
            if rng.random() < self._served:
                # Each question of the row chooses its part, so that none reads a prompt that was made for another one alone.
                for question in questions:
                    for own, chosen in zip(raw, self._choice.raw(question.question, pids, k, share / len(questions))):
                        own |= chosen
                return list(raw)
            chunks = [(p, c) for p, pid in enumerate(pids) for c in range(-(-len(self._corpus.ids(pid)) // k))]
            for p, c in rng.sample(chunks, max(1, round(share * len(chunks)))):
                raw[p].add(c)
        return list(raw)

    def _continued(self, rng: random.Random, pids: list[str]) -> Segment | None:
        p = rng.randrange(len(pids))
        ids = self._corpus.ids(pids[p])
        if len(ids) < 12:
            return None
        return continuation(rng, self._prompt, p, pids[p], ids, self._continuation_tokens, self._continuation_weight)
