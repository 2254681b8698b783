package io.github.refragstreams.app.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerToken;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.DeadLetterHeaders;
import io.github.refragstreams.topology.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Everything that is committed to the outputs, read by a thread of its own. */
final class Observed implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);

  private final TopicNames topics;
  private final EventSerdes serdes;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Thread reader = new Thread(this::read, "faults-observer");

  // All guarded by this.
  private final List<Answer> answers = new ArrayList<>();
  private final Set<String> answered = new HashSet<>();
  private final List<AnswerToken> tokens = new ArrayList<>();
  private final List<Letter> letters = new ArrayList<>();

  private volatile boolean closing;

  Observed(String bootstrapServers, TopicNames topics, EventSerdes serdes) {
    this.topics = topics;
    this.serdes = serdes;
    this.consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        List.of(topics.answers(), topics.answerTokens(), topics.deadLetters()).stream()
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    reader.setDaemon(true);
    reader.start();
  }

  synchronized boolean isAnswered(String queryId) {
    return answered.contains(queryId);
  }

  synchronized List<Answer> answers() {
    return List.copyOf(answers);
  }

  synchronized List<AnswerToken> tokens() {
    return List.copyOf(tokens);
  }

  synchronized List<Letter> letters() {
    return List.copyOf(letters);
  }

  private void read() {
    while (!closing) {
      consumer.poll(POLL).forEach(this::keep);
    }
    consumer.close();
  }

  private synchronized void keep(ConsumerRecord<byte[], byte[]> record) {
    String topic = record.topic();
    if (topic.equals(topics.answers())) {
      Answer answer = serdes.answer().deserializer().deserialize(topic, record.value());
      answers.add(answer);
      answered.add(answer.getQueryId());
    } else if (topic.equals(topics.answerTokens())) {
      tokens.add(serdes.answerToken().deserializer().deserialize(topic, record.value()));
    } else {
      Header code = record.headers().lastHeader(DeadLetterHeaders.CODE);
      letters.add(new Letter(new String(code.value(), UTF_8), new String(record.key(), UTF_8)));
    }
  }

  @Override
  public void close() {
    closing = true;
    try {
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
