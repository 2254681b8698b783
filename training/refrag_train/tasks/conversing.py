"""Answer the turn of a conversation: earlier turns stand between passages and question, old ones as vectors, as they are served."""

from __future__ import annotations

import random

from refrag_train.conversations import Turn, spoken
from refrag_train.corpus import Corpus
from refrag_train.layout import Row
from refrag_train.lexical import ChunkChoice
from refrag_train.prompt import Prompt
from refrag_train.scores import REFUSAL
from refrag_train.tasks import Sample
from refrag_train.tasks.answering import asked, prefix


class Conversing:
    """Rows: head, passages with the chosen chunks raw, earlier turns, one question. A share `compressed` of the rows has no raw chunk. A
    teacher is shown the gold passages and all turns raw; where the passages do not answer, nobody teaches.

    turns: by source. raw_turns: so many of the last turns stand raw. Turns whose gold passages exceed `max_raw_tokens` together are
    skipped, of the others' passages as many are shown."""

    name = "conversing"

    def __init__(
        self,
        corpus: Corpus,
        prompt: Prompt,
        choice: ChunkChoice,
        turns: dict[str, list[Turn]],
        *,
        sources: dict[str, float],
        chunk_tokens: list[int],
        raw_turns: tuple[int, int],
        compressed: float,
        expand: tuple[float, float],
        max_raw_tokens: int,
        held_out: frozenset[str],
    ) -> None:
        self._corpus, self._prompt, self._choice = corpus, prompt, choice
        self._sources, self._chunk_tokens, self._raw_turns = sources, chunk_tokens, raw_turns
        self._compressed, self._expand, self._max_raw_tokens = compressed, expand, max_raw_tokens
        self._held_out = held_out
        self._turns = {name: [t for t in turns[name] if self._usable(t)] for name in sources}
        for name, own in self._turns.items():
            if not own:
                raise ValueError(f"conversing: source {name!r} has no turn that can be used; skipped: {corpus.skipped.counts()}")

    def _usable(self, turn: Turn) -> bool:
        if self._held_out & set(turn.gold):
            return False
        if not self._corpus.fit(turn.gold, self._max_raw_tokens):
            self._corpus.skipped.add(f"gold passages of a turn longer than {self._max_raw_tokens} tokens", turn.id)
            return False
        return True

    def sample(self, rng: random.Random, progress: float) -> Sample:
        k = rng.choice(self._chunk_tokens)
        name = rng.choices(list(self._sources), list(self._sources.values()))[0]
        turn = rng.choice(self._turns[name])
        pids = self._shown(turn)
        expanded: list[set[int]] = [set() for _ in pids]
        if rng.random() >= self._compressed:
            expanded = self._choice.raw(turn.question, pids, k, rng.uniform(*self._expand))
        before = spoken(self._prompt, self._corpus, turn, k, rng.randint(*self._raw_turns))
        answer = asked(self._prompt, turn.question, rng.choice(turn.answers) if turn.answers else REFUSAL)
        row = Row([*prefix(self._prompt, self._corpus, turn.question, pids, list(expanded), k), *before], [answer])
        taught = None
        if turn.answers:
            read = prefix(self._prompt, self._corpus, turn.question, turn.gold, [None] * len(turn.gold), k)
            taught = Row([*read, *spoken(self._prompt, self._corpus, turn, k, len(turn.history))], [answer])
        return Sample(k, f"{name}{k}", [row], taught)

    def _shown(self, turn: Turn) -> list[str]:
        """The turn's passages in their order, gold ones in any case and others while there is room."""
        room = self._max_raw_tokens - sum(len(self._corpus.ids(p)) for p in turn.gold)
        shown: list[str] = []
        for pid in turn.pids:
            if pid not in turn.gold:
                room -= len(self._corpus.ids(pid))
                if room < 0 or pid in self._held_out:
                    continue
            shown.append(pid)
        return shown
