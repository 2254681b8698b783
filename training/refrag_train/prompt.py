"""Token pieces of the prompt; the same strings go into the bundle's manifest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

INSTRUCTION = "Answer the question with a short phrase copied from the passages."


@dataclass(frozen=True)
class PromptFormat:
    """Strings around passages and question. `head` and `tail` hold special tokens, everything else is plain text."""

    head: str = f"<|im_start|>system\n{INSTRUCTION}<|im_end|>\n<|im_start|>user\n"
    label: str = "[{number}] "
    separator: str = "\n"
    question: str = "\n\nQuestion: {question}"
    tail: str = "<|im_end|>\n<|im_start|>assistant\n"
    sink: str = "<|im_start|>"
    stop: str = "<|im_end|>"


class Prompt:
    """Token ids of the pieces. `tokenizer`: a Hugging Face fast tokenizer."""

    def __init__(self, tokenizer: Any, form: PromptFormat = PromptFormat()) -> None:
        self._tokenizer, self._form = tokenizer, form
        self.sink: int = tokenizer.convert_tokens_to_ids(form.sink)
        self.stop: int = tokenizer.convert_tokens_to_ids(form.stop)
        self.head = self.special(form.head)
        self.tail = self.special(form.tail)
        self.newline = self.text("\n")

    def special(self, text: str) -> list[int]:
        """Ids with special tokens parsed."""
        ids: list[int] = self._tokenizer(text, add_special_tokens=False).input_ids
        return ids

    def text(self, text: str) -> list[int]:
        """Ids of plain text: special tokens written out in it stay text."""
        ids: list[int] = self._tokenizer(text, add_special_tokens=False, split_special_tokens=True).input_ids
        return ids

    def label(self, index: int) -> list[int]:
        """What stands before passage `index` (from 0)."""
        separator = self.text(self._form.separator) if index else []
        return separator + self.text(self._form.label.format(number=index + 1))

    def question(self, question: str) -> list[int]:
        return self.text(self._form.question.format(question=question.strip())) + self.tail

    def continuation(self, index: int, first: list[int]) -> list[int]:
        """Asks for the tokens that follow `first` in passage `index`: teaches to find a place."""
        return self.text(f"\n\nPassage [{index + 1}], continue:") + first + self.tail

    def answer(self, answer: str) -> list[int]:
        return self.text(answer.strip()) + [self.stop]
