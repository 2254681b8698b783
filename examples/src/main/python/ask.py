"""A client that brings its passages along: sends them with the question, awaits the answer.

pip install "confluent-kafka[avro,schemaregistry]"; python examples/src/main/python/ask.py BROKERS REGISTRY QUESTION
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from uuid import uuid4

from confluent_kafka import OFFSET_END, Consumer, Producer, TopicPartition
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

SCHEMAS = Path("schemas/src/main/avro")  # of the checkout that this runs in, or wherever you keep them
QUERIES, PASSAGES, ANSWERS = "rag.queries", "rag.passages", "rag.answers"
TEXTS = ["The capital of Mongolia is Ulaanbaatar.", "The Orkhon is a river of Mongolia, 1124 km long."]


def main(brokers: str, registry_url: str, question: str) -> None:
    registry = SchemaRegistryClient({"url": registry_url})
    write_query = AvroSerializer(registry, (SCHEMAS / "Query.avsc").read_text())
    write_passage = AvroSerializer(registry, (SCHEMAS / "RetrievedPassage.avsc").read_text())
    read = AvroDeserializer(registry)
    # Nothing is committed to the group: from here on, in all partitions.
    answers = Consumer(
        {
            "bootstrap.servers": brokers,
            "group.id": "ask",
            "enable.auto.commit": False,
            "isolation.level": "read_committed",
        }
    )
    partitions = answers.list_topics(ANSWERS).topics[ANSWERS].partitions
    answers.assign([TopicPartition(ANSWERS, partition, OFFSET_END) for partition in partitions])
    # The default partitioner of librdkafka is another one than Kafka's: queries would be refused as WRONG_PARTITION.
    producer = Producer({"bootstrap.servers": brokers, "enable.idempotence": True, "partitioner": "murmur2_random"})
    query_id = str(uuid4())
    query = {
        "query_id": query_id,
        "question": question,
        "expected_passages": len(TEXTS),
        "created_at": int(time.time() * 1000),
    }
    # The key of a query without conversation is its id; its passages have the same key.
    producer.produce(QUERIES, key=query_id, value=write_query(query, SerializationContext(QUERIES, MessageField.VALUE)))
    for rank, text in enumerate(TEXTS):
        passage = {"query_id": query_id, "passage_id": f"p{rank}", "rank": rank, "text": text}
        value = write_passage(passage, SerializationContext(PASSAGES, MessageField.VALUE))
        producer.produce(PASSAGES, key=query_id, value=value)
    if producer.flush(30) > 0:
        sys.exit("the brokers did not take the question within 30 s")
    end = time.monotonic() + 60
    while time.monotonic() < end:
        record = answers.poll(1)
        if record is None or record.error():
            continue
        answer = read(record.value(), SerializationContext(ANSWERS, MessageField.VALUE))
        if answer["query_id"] == query_id:
            print(answer["text"])
            return
    sys.exit("no answer within a minute")


if __name__ == "__main__":
    main(*sys.argv[1:])
