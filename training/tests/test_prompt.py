"""Prompts follow the chat template of the decoder's tokenizer."""

from __future__ import annotations

from typing import Any

import pytest
from refrag_train.prompt import INSTRUCTION, Prompt, PromptFormat

CHATML = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
LLAMA = (
    "<|begin|>{% if strftime_now is defined and not date_string is defined %}{{ strftime_now('%d') }}{% endif %}{% for m in messages %}"
    "<|header|>{{ m['role'] }}<|/header|>\n\n{{ m['content'] | trim }}<|eot|>{% endfor %}"
    "{% if add_generation_prompt %}<|header|>assistant<|/header|>\n\n{% endif %}"
)


def chatting(template: str | None, special: list[str]) -> Any:
    """A byte-level tokenizer with a chat template."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = {c: i for i, c in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    tokenizer = Tokenizer(models.BPE(vocab=alphabet, merges=[]))
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    tokenizer.add_special_tokens(special)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, chat_template=template)


def test_a_chatml_template_gives_the_default_format() -> None:
    tokenizer = chatting(CHATML, ["<|im_start|>", "<|im_end|>"])
    assert PromptFormat.of(tokenizer) == PromptFormat() == PromptFormat.of(chatting(None, []))
    assert Prompt(tokenizer).stop == Prompt(tokenizer).tail[0] == 257


def test_another_template_gives_its_own_format_and_no_date_of_today() -> None:
    form = PromptFormat.of(chatting(LLAMA, ["<|begin|>", "<|header|>", "<|/header|>", "<|eot|>"]))
    assert form.head == f"<|begin|><|header|>system<|/header|>\n\n{INSTRUCTION}<|eot|><|header|>user<|/header|>\n\n"
    assert form.tail == "<|eot|><|header|>assistant<|/header|>\n\n"
    assert (form.sink, form.stop) == ("<|begin|>", "<|eot|>")


def test_special_tokens_that_are_missing_are_named() -> None:
    with pytest.raises(ValueError, match=r"the chat template has '<\|begin\|><\|header\|>.*where a special token is needed"):
        PromptFormat.of(chatting(LLAMA, ["<|eot|>"]))
    with pytest.raises(ValueError, match=r"the tokenizer has no special token <\|im_start\|>"):
        Prompt(chatting(None, []))
