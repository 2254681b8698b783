package io.github.refragstreams.app.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class EmbeddedKafkaTest {
  @Test
  void carriesTransactionsOverLoopback() throws Exception {
    // Given
    try (EmbeddedKafka kafka = EmbeddedKafka.start(0)) {
      create(kafka, "greetings");
      // When
      try (KafkaProducer<String, String> producer = producer(kafka)) {
        producer.initTransactions();
        producer.beginTransaction();
        var unused = producer.send(new ProducerRecord<>("greetings", "k", "hello"));
        producer.commitTransaction();
      }
      // Then
      assertThat(kafka.bootstrapServers()).startsWith("127.0.0.1:");
      assertThat(readCommitted(kafka, "greetings")).containsExactly("hello");
    }
  }

  @Test
  void refusesAPortInUse() throws Exception {
    // Given
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = taken.getLocalPort();
      // When, Then
      assertThatThrownBy(() -> EmbeddedKafka.start(port))
          .isInstanceOf(PortInUseException.class)
          .hasMessageContaining("port " + port + " on 127.0.0.1");
      assertThatThrownBy(() -> EmbeddedKafka.checkFree(port))
          .isInstanceOf(PortInUseException.class);
    }
  }

  private static void create(EmbeddedKafka kafka, String topic) throws Exception {
    Map<String, Object> settings =
        Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    try (Admin admin = Admin.create(settings)) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
    }
  }

  private static KafkaProducer<String, String> producer(EmbeddedKafka kafka) {
    return new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            kafka.bootstrapServers(),
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            "test"),
        new StringSerializer(),
        new StringSerializer());
  }

  private static List<String> readCommitted(EmbeddedKafka kafka, String topic) {
    Map<String, Object> settings =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            kafka.bootstrapServers(),
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed",
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest");
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.assign(List.of(new TopicPartition(topic, 0)));
      var records = consumer.poll(Duration.ofSeconds(30));
      return StreamSupport.stream(records.spliterator(), false).map(ConsumerRecord::value).toList();
    }
  }
}
