"""Token pieces of the prompt; the same strings go into the bundle's manifest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

INSTRUCTION = "Answer the question with a short phrase copied from the passages."


PLACE = "PLACE"  # stands for a text that a chat template puts somewhere
DATE = "26 Jul 2024"  # for templates that would write today's


@dataclass(frozen=True)
class PromptFormat:
    """Strings around passages and question. `head` and `tail` hold special tokens, everything else is plain text. `opening` stands before
    the passages and may hold the question, too, for a decoder that reads them with it in mind. `sink` stands before each text that the
    encoder reads, `stop` ends an answer, which is spelled as within a text: with the space before its first word, so that copying it is
    copying tokens."""

    head: str = f"<|im_start|>system\n{INSTRUCTION}<|im_end|>\n<|im_start|>user\n"
    opening: str = ""
    label: str = "[{number}] "
    separator: str = "\n"
    question: str = "\n\nQuestion: {question}"
    tail: str = "<|im_end|>\n<|im_start|>assistant\n"
    answer: str = " {answer}"
    sink: str = "<|im_start|>"
    stop: str = "<|im_end|>"

    @staticmethod
    def of(tokenizer: Any, opening: str = "") -> PromptFormat:
        """The way a decoder was taught to chat, by the template of its tokenizer; the default for a tokenizer without one."""
        if not getattr(tokenizer, "chat_template", None):
            return PromptFormat(opening=opening)
        asked = [{"role": "system", "content": INSTRUCTION}, {"role": "user", "content": PLACE}]
        answered = [*asked[:1], {"role": "user", "content": ""}, {"role": "assistant", "content": PLACE}]
        head, _, tail = _chat(tokenizer, asked, add_generation_prompt=True).partition(PLACE)
        return PromptFormat(
            head=head,
            opening=opening,
            tail=tail,
            sink=_first_special(tokenizer, head),
            stop=_first_special(tokenizer, _chat(tokenizer, answered).partition(PLACE)[2]),
        )


def _chat(tokenizer: Any, messages: list[dict[str, str]], **options: Any) -> str:
    text: str = tokenizer.apply_chat_template(messages, tokenize=False, date_string=DATE, **options)
    return text


def _first_special(tokenizer: Any, text: str) -> str:
    """The special token that a text starts with."""
    first = tokenizer(text, add_special_tokens=False).input_ids[:1]
    if not first or first[0] not in tokenizer.added_tokens_decoder:
        raise ValueError(f"the chat template has {text[:20]!r} where a special token is needed, before the system's or after an answer")
    token: str = tokenizer.convert_ids_to_tokens(first[0])
    return token


class Prompt:
    """Token ids of the pieces. `tokenizer`: a Hugging Face fast tokenizer. form: that of its chat template, unless given. ValueError when the
    tokenizer lacks a special token of the format.

    asks_first: whether the question stands before the passages, so that these are read for one question alone."""

    def __init__(self, tokenizer: Any, form: PromptFormat | None = None) -> None:
        form = form or PromptFormat.of(tokenizer)
        self._tokenizer, self._form = tokenizer, form
        for token in (form.sink, form.stop):
            if len(self.special(token)) != 1:
                raise ValueError(f"the tokenizer has no special token {token}")
        self.sink: int = tokenizer.convert_tokens_to_ids(form.sink)
        self.stop: int = tokenizer.convert_tokens_to_ids(form.stop)
        self.head = self.special(form.head)
        self.tail = self.special(form.tail)
        self.newline = self.text("\n")
        self.asks_first = "{question}" in form.opening

    def special(self, text: str) -> list[int]:
        """Ids with special tokens parsed."""
        ids: list[int] = self._tokenizer(text, add_special_tokens=False).input_ids
        return ids

    def text(self, text: str) -> list[int]:
        """Ids of plain text: special tokens written out in it stay text."""
        ids: list[int] = self._tokenizer(text, add_special_tokens=False, split_special_tokens=True).input_ids
        return ids

    def opening(self, question: str) -> list[int]:
        """What stands before the first passage, the head included."""
        return self.head + self.text(self._form.opening.format(question=question.strip()))

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
        return self.text(self._form.answer.format(answer=answer.strip())) + [self.stop]
