"""What systems read before the question: the same passages, raw, compressed, mixed or cut to the same positions."""

from __future__ import annotations

from dataclasses import dataclass

from refrag_train.corpus import Texts
from refrag_train.layout import Entry
from refrag_train.prompt import Prompt
from refrag_train.suites.selection import Budget, Selection
from refrag_train.tasks.answering import Expanded, expanded_alone, prefix


@dataclass(frozen=True)
class Contexts:
    """form: how expanded chunks enter; systems without a policy read tokens. Lengths are positions, the head
    included."""

    prompt: Prompt
    texts: Texts
    selection: Selection
    form: Expanded

    def none(self, question: str) -> list[Entry]:
        return list(self.prompt.opening(question))

    def raw(self, question: str, pids: list[str]) -> list[Entry]:
        return prefix(self.prompt, self.texts, question, pids, [None] * len(pids), 1)

    def compressed(self, question: str, pids: list[str], k: int) -> list[Entry]:
        return prefix(self.prompt, self.texts, question, pids, [set() for _ in pids], k)

    def mixed(self, question: str, pids: list[str], k: int, budget: Budget, most: int | None = None) -> list[Entry]:
        """The policy's best chunks raw, the rest as vectors; fewer than the budget has where more than `most` positions would be read."""
        spare = None if most is None else max(0, most - len(self.compressed(question, pids, k)))
        expanded = self.selection.expanded(question, pids, k, budget, spare)
        return prefix(self.prompt, self.texts, question, pids, list(expanded), k, self.form)

    def only(self, question: str, pids: list[str], k: int, budget: Budget, most: int | None = None) -> list[Entry]:
        """What `mixed` has raw, without the rest."""
        spare = None if most is None else max(0, most - len(self.compressed(question, pids, k)))
        expanded = self.selection.expanded(question, pids, k, budget, spare)
        return expanded_alone(self.prompt, self.texts, question, pids, list(expanded), k, self.form)

    def truncated(self, question: str, pids: list[str], most: int) -> list[Entry]:
        """Raw text from the first passage on, cut to `most` positions."""
        return self.raw(question, pids)[: max(most, len(self.none(question)))]

    def fewer(self, question: str, pids: list[str], most: int) -> list[Entry]:
        """The best passages, raw and whole, best first, as many as fit; where none does, the beginning of the best one."""
        ranked = self.selection.best_passages(question, pids)
        fitting = 0
        while fitting < len(ranked) and len(self.raw(question, ranked[: fitting + 1])) <= most:
            fitting += 1
        return self.raw(question, ranked[:fitting]) if fitting else self.truncated(question, ranked, most)
