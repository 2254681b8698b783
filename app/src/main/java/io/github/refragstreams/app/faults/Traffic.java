package io.github.refragstreams.app.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.refragstreams.schemas.Document;
import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.CancelHeader;
import io.github.refragstreams.topology.TopicNames;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends events: each of them once, also while the broker is away. For one thread. */
final class Traffic implements AutoCloseable {
  private final TopicNames topics;
  private final EventSerdes serdes;
  private final KafkaProducer<byte[], byte[]> producer;

  Traffic(String bootstrapServers, TopicNames topics, EventSerdes serdes) {
    this.topics = topics;
    this.serdes = serdes;
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "enable.idempotence", "true"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  void query(Asked asked) {
    send(
        topics.queries(),
        asked.key(),
        serdes.query().serializer().serialize(topics.queries(), asked.query()));
  }

  void cancel(Asked asked) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topics.queries(), asked.key().getBytes(UTF_8), null);
    record.headers().add(CancelHeader.QUERY_ID, asked.id().getBytes(UTF_8));
    var unused = producer.send(record);
  }

  void passage(String key, RetrievedPassage passage) {
    send(
        topics.passages(),
        key,
        serdes.passage().serializer().serialize(topics.passages(), passage));
  }

  void document(Document document) {
    send(
        topics.documents(),
        document.getDocumentId(),
        serdes.document().serializer().serialize(topics.documents(), document));
  }

  void junk(String key) {
    send(topics.queries(), key, "not an event".getBytes(UTF_8));
  }

  void flush() {
    producer.flush();
  }

  private void send(String topic, String key, byte[] value) {
    var unused = producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value));
  }

  @Override
  public void close() {
    producer.close();
  }
}
