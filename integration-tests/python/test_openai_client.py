"""OpenAI's own client against the HTTP API."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.request import Request, urlopen

import openai
import pytest
from conftest import TOKEN
from openai import AsyncOpenAI, OpenAI
from openai.types.chat import ChatCompletionMessageParam
from openapi_spec_validator import validate

MODEL = "smollm2-135m-refrag"
CAPITAL: list[ChatCompletionMessageParam] = [{"role": "user", "content": "What is the capital of Mongolia?"}]
PASSAGES = {"passages": [{"passage_id": "mn", "title": "Mongolia", "text": "The capital of Mongolia is Ulaanbaatar."}]}


@pytest.fixture(scope="module")
def client(server: str) -> OpenAI:
    return OpenAI(base_url=f"{server}/v1", api_key=TOKEN, max_retries=0)


def refrag(answer: Any) -> dict[str, Any]:
    """What OpenAI's form has no place for."""
    extra: dict[str, Any] = answer.model_extra["refrag"]
    return extra


def test_the_model_is_listed(client: OpenAI) -> None:
    (model,) = client.models.list().data
    assert model.id.startswith(MODEL + "@")
    assert client.models.retrieve(MODEL) == model


def test_a_question_is_answered_from_its_passages(client: OpenAI) -> None:
    answer = client.chat.completions.create(model=MODEL, messages=CAPITAL, extra_body=PASSAGES)
    (choice,) = answer.choices
    assert "Ulaanbaatar" in (choice.message.content or "")
    assert choice.finish_reason == "stop"
    assert refrag(answer)["status"] == "COMPLETE"
    assert refrag(answer)["stats"]["passages"] == 1
    assert answer.usage and answer.usage.completion_tokens > 0


def test_an_answer_that_is_cut_says_so(client: OpenAI) -> None:
    answer = client.chat.completions.create(model=MODEL, messages=CAPITAL, extra_body=PASSAGES, max_tokens=1)
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage and answer.usage.completion_tokens == 1


def test_passages_are_retrieved_where_none_are_given(client: OpenAI) -> None:
    answer = client.chat.completions.create(model=MODEL, messages=CAPITAL)
    assert "Ulaanbaatar" in (answer.choices[0].message.content or "")
    assert refrag(answer)["citations"]


def test_answers_are_streamed(client: OpenAI) -> None:
    stream = client.chat.completions.create(
        model=MODEL, messages=CAPITAL, extra_body=PASSAGES, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    pieces = [c.choices[0].delta.content for c in chunks if c.choices and c.choices[0].delta.content]
    assert "Ulaanbaatar" in "".join(pieces)
    assert len(pieces) > 1
    assert [c.choices[0].finish_reason for c in chunks if c.choices][-1] == "stop"
    assert chunks[-1].usage and chunks[-1].usage.completion_tokens > 0


def test_earlier_messages_are_the_history_of_a_question(client: OpenAI) -> None:
    messages: list[ChatCompletionMessageParam] = [
        {"role": "system", "content": "Answer briefly."},
        *CAPITAL,
        {"role": "assistant", "content": "Ulaanbaatar"},
        {"role": "user", "content": "And its population?"},
    ]
    answer = client.chat.completions.create(model=MODEL, messages=messages)
    assert refrag(answer)["stats"]["history_turns"] == 1
    assert refrag(answer)["citations"]
    assert all("mg" in citation["passage_id"] for citation in refrag(answer)["citations"])


def test_many_ask_at_a_time(server: str) -> None:
    async def ask_all() -> list[str]:
        async with AsyncOpenAI(base_url=f"{server}/v1", api_key=TOKEN, max_retries=0) as client:
            answers = await asyncio.gather(
                *(client.chat.completions.create(model=MODEL, messages=CAPITAL, extra_body=PASSAGES) for _ in range(16))
            )
        return [answer.choices[0].message.content or "" for answer in answers]

    assert all("Ulaanbaatar" in answer for answer in asyncio.run(ask_all()))


def test_errors_are_the_clients_own(client: OpenAI, server: str) -> None:
    with pytest.raises(openai.NotFoundError, match="there is no model 'gpt-4'"):
        client.chat.completions.create(model="gpt-4", messages=CAPITAL)
    with pytest.raises(openai.BadRequestError) as refused:
        client.chat.completions.create(model=MODEL, messages=CAPITAL, n=2)
    assert refused.value.param == "n"
    with pytest.raises(openai.UnprocessableEntityError) as unprocessable:
        client.chat.completions.create(model=MODEL, messages=CAPITAL, extra_body=PASSAGES | {"options": {"chunk_tokens": 3}})
    assert unprocessable.value.code == "unsupported_chunk_tokens"
    with pytest.raises(openai.APIError, match="chunk_tokens"):
        list(
            client.chat.completions.create(
                model=MODEL, messages=CAPITAL, extra_body=PASSAGES | {"options": {"chunk_tokens": 3}}, stream=True
            )
        )
    with pytest.raises(openai.AuthenticationError):
        OpenAI(base_url=f"{server}/v1", api_key="guessed", max_retries=0).models.list()


def test_the_description_is_valid(server: str) -> None:
    request = Request(f"{server}/v1/openapi.json", headers={"Authorization": f"Bearer {TOKEN}"})
    with urlopen(request) as response:
        document = json.load(response)
    assert document["openapi"].startswith("3.1")
    validate(document)
