"""A retriever: an ordinary consumer and producer. What search() does is up to you.

pip install "confluent-kafka[avro,schemaregistry]"; python examples/src/main/python/retriever.py BROKERS REGISTRY
"""

from __future__ import annotations

import sys
from pathlib import Path

import httpx
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer
from confluent_kafka.schema_registry import SchemaRegistryClient, SchemaRegistryError
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

SCHEMA = Path("schemas/src/main/avro/RetrievedPassage.avsc")  # of the checkout that this runs in, or wherever you keep it
QUERIES, PASSAGES = "rag.queries", "rag.passages"


def search(question: str) -> list[dict[str, str]]:
    """Best first."""
    return [
        {"passage_id": "mn", "title": "Mongolia", "text": "The capital of Mongolia is Ulaanbaatar."},
        {"passage_id": "or", "title": "Orkhon", "text": "The Orkhon is a river of Mongolia, 1124 km long."},
    ]


def sent(error: KafkaError | None, _: Message) -> None:
    """What was not sent is retrieved again: the offset is not committed."""
    if error is not None:
        raise KafkaException(error)


def blames_the_registry(failure: Exception) -> bool:
    """Whether any record would fail like this one: the registry is away, or does not let us in."""
    if isinstance(failure, SchemaRegistryError):
        return failure.http_status_code != 404
    return isinstance(failure, httpx.TransportError)


def main(brokers: str, registry_url: str) -> None:
    registry = SchemaRegistryClient({"url": registry_url})
    read, write = AvroDeserializer(registry), AvroSerializer(registry, SCHEMA.read_text())
    passages = Producer({"bootstrap.servers": brokers, "enable.idempotence": True})
    queries = Consumer(
        {"bootstrap.servers": brokers, "group.id": "my-retriever", "auto.offset.reset": "earliest", "enable.auto.commit": False}
    )
    queries.subscribe([QUERIES])
    while True:
        record = queries.poll(1)
        if record is None or record.error():
            continue
        query = None
        try:
            query = read(record.value(), SerializationContext(QUERIES, MessageField.VALUE))
        except Exception as failure:
            if blames_the_registry(failure):
                raise
            # It stands in nobody's way: it goes to the dead letters.
            print(f"no query, passed over: {QUERIES}-{record.partition()}@{record.offset()}", file=sys.stderr)
        # No value takes a query back; who expects a number of passages brings them along.
        if query and query["expected_passages"] is None:
            found = search(query["question"])
            for rank, hit in enumerate(found):
                passage = {"query_id": query["query_id"], "rank": rank, "total": len(found)} | hit
                # Brings the passage to its query, whose key it is; None without one.
                passage["conversation_id"] = query["conversation_id"]
                # Under the key of the query.
                value = write(passage, SerializationContext(PASSAGES, MessageField.VALUE))
                passages.produce(PASSAGES, key=record.key(), value=value, on_delivery=sent)
        passages.flush()
        # Only now: after a crash, passages are sent again, which does no harm.
        queries.commit(message=record, asynchronous=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
