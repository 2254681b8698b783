"""The examples beside the demo: a question from Python is answered from what Python retrieves, or brings along."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, Producer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from conftest import ROOT, Demo

SCHEMAS = ROOT / "schemas/src/main/avro"
PATIENCE_SECONDS = 120


@pytest.fixture
def retriever(demo: Demo) -> Iterator[None]:
    example = ROOT / "examples/src/main/python/retriever.py"
    process = subprocess.Popen([sys.executable, example, demo.kafka, demo.registry], cwd=ROOT)
    try:
        yield
        assert process.poll() is None, "the retriever ended by itself"
    finally:
        process.terminate()
        process.wait(60)


@pytest.fixture
def answers(demo: Demo) -> Iterator[Consumer]:
    consumer = Consumer(
        {
            "bootstrap.servers": demo.kafka,
            "group.id": str(uuid4()),
            "auto.offset.reset": "earliest",
            "isolation.level": "read_committed",
        }
    )
    consumer.subscribe(["rag.answers"])
    yield consumer
    consumer.close()


@pytest.mark.usefixtures("retriever")
def test_its_passages_are_cited(demo: Demo, answers: Consumer) -> None:
    query_id = str(uuid4())
    ask(demo, query_id, "What is the capital of Mongolia?")
    answer = await_answer(demo, answers, query_id)
    assert answer["status"] == "COMPLETE"
    assert "Ulaanbaatar" in answer["text"]
    assert answer["stats"]["passages"] == 2
    assert {citation["passage_id"] for citation in answer["citations"]} <= {"mn", "or"}
    assert answer["citations"]


@pytest.mark.usefixtures("retriever")
def test_conversations_are_answered_past_a_record_that_is_no_query(demo: Demo, answers: Consumer) -> None:
    query_id, conversation_id = str(uuid4()), str(uuid4())
    producer = Producer({"bootstrap.servers": demo.kafka})
    producer.produce("rag.queries", key="nobody", value=b"no query")
    assert producer.flush(PATIENCE_SECONDS) == 0
    ask(demo, query_id, "What is the capital of Mongolia?", conversation_id)
    answer = await_answer(demo, answers, query_id)
    assert answer["status"] == "COMPLETE"
    assert answer["conversation_id"] == conversation_id
    assert answer["stats"]["passages"] == 2


def ask(demo: Demo, query_id: str, question: str, conversation_id: str | None = None) -> None:
    registry = SchemaRegistryClient({"url": demo.registry})
    write = AvroSerializer(registry, (SCHEMAS / "Query.avsc").read_text())
    query = {
        "query_id": query_id,
        "conversation_id": conversation_id,
        "question": question,
        "deadline_ms": PATIENCE_SECONDS * 1000,
        "created_at": int(time.time() * 1000),
    }
    producer = Producer({"bootstrap.servers": demo.kafka})
    value = write(query, SerializationContext("rag.queries", MessageField.VALUE))
    producer.produce("rag.queries", key=conversation_id or query_id, value=value)
    assert producer.flush(PATIENCE_SECONDS) == 0


def await_answer(demo: Demo, answers: Consumer, query_id: str) -> dict[str, Any]:
    read = AvroDeserializer(SchemaRegistryClient({"url": demo.registry}))
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        record = answers.poll(1)
        if record is None or record.error():
            continue
        answer = read(record.value(), SerializationContext("rag.answers", MessageField.VALUE))
        if isinstance(answer, dict) and answer["query_id"] == query_id:
            return answer
    raise AssertionError("no answer")


def test_a_client_is_answered_from_the_passages_that_it_brings(demo: Demo) -> None:
    example = ROOT / "examples/src/main/python/ask.py"
    question = "What is the capital of Mongolia?"
    client = subprocess.run(
        [sys.executable, example, demo.kafka, demo.registry, question],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    assert client.returncode == 0, client.stderr
    assert "Ulaanbaatar" in client.stdout
