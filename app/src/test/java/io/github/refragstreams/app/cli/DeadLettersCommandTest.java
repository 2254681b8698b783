package io.github.refragstreams.app.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.app.topics.TopicAdmin;
import io.github.refragstreams.topology.DeadLetterHeaders;
import io.github.refragstreams.topology.TopicSpec;
import io.github.refragstreams.topology.Topics;
import io.github.refragstreams.topology.TopologyConfig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The commands on a topic with three dead letters, of which one came from a topic of nobody. */
class DeadLettersCommandTest {
  private static EmbeddedKafka kafka;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void start() throws Exception {
    kafka = EmbeddedKafka.start(0);
    Map<String, String> settings = Map.of("bootstrap.servers", kafka.bootstrapServers());
    try (TopicAdmin admin = new TopicAdmin(settings)) {
      admin.create(Topics.required(TopologyConfig.defaults().withPartitions(1)), Optional.empty());
    }
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.copyOf(settings), new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(refused("q1", "rag.queries", "NOT_AVRO")).get();
      producer.send(refused("q2", "rag.passages", "OVERLOADED")).get();
      producer.send(refused("q3", "elsewhere", "OF_ANOTHER_VERSION")).get();
    }
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void listsAndCounts() {
    // When
    assertThat(run("list")).as(err.toString()).isEqualTo(ExitCodes.OK);
    // Then
    assertThat(out.toString())
        .containsSubsequence("0@0", "NOT_AVRO", "rag.queries-3@42", "q1")
        .contains("1 OVERLOADED", "3 in all");
  }

  @Test
  void listsSomeOfThemForMachines() {
    // When
    assertThat(run("list", "--json", "--code=overloaded")).isEqualTo(ExitCodes.OK);
    // Then
    assertThat(out.toString().lines())
        .singleElement()
        .asString()
        .contains("\"id\":\"0@1\"", "\"class\":\"resource\"", "\"key\":\"q2\"");
  }

  @Test
  void explainsOne() {
    // When
    assertThat(run("show", "0@1")).as(err.toString()).isEqualTo(ExitCodes.OK);
    // Then
    assertThat(out.toString())
        .contains("code: OVERLOADED", "advice: replay it later", "value_bytes: 5")
        .doesNotContain("hello");
  }

  @Test
  void explainsSomeWithWhatTheyHold() {
    // When
    assertThat(
            run(
                "show",
                "0@2",
                "0@0",
                "--json",
                "--payload",
                "--set=kafka.schema.registry.url=mock://dead-letters-command-test"))
        .as(err.toString())
        .isEqualTo(ExitCodes.OK);
    // Then
    assertThat(out.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).contains("\"id\":\"0@0\"", "\"payload\":\"aGVsbG8=\""),
            line -> assertThat(line).contains("\"id\":\"0@2\"", "\"payload\":\"aGVsbG8=\""));
  }

  @Test
  void listsTheNewestAndCountsAll() {
    // When
    assertThat(run("list", "--limit=1")).isEqualTo(ExitCodes.OK);
    // Then
    assertThat(out.toString()).contains("0@2", "3 in all").doesNotContain("0@0", "0@1");
  }

  @Test
  void saysWhichIdIsNotThere() {
    assertThat(run("show", "0@1", "7@7")).isEqualTo(ExitCodes.USAGE);
    assertThat(run("replay", "0@0", "7@7")).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString()).contains("there is no dead letter 7@7");
    assertThat(out.toString()).isEmpty();
    assertThat(records("rag.queries")).isEmpty();
  }

  @Test
  void sendsOneAgainAsItCame() {
    // When
    assertThat(run("replay", "0@1")).as(err.toString()).isEqualTo(ExitCodes.OK);
    // Then
    ConsumerRecord<byte[], byte[]> again = last("rag.passages");
    assertThat(again.key()).isEqualTo("q2".getBytes(UTF_8));
    assertThat(again.value()).isEqualTo("hello".getBytes(UTF_8));
    List<String> headers = new ArrayList<>();
    for (Header header : again.headers()) {
      headers.add(header.key() + "=" + new String(header.value(), UTF_8));
    }
    assertThat(headers).containsExactly("traceparent=00-1", DeadLetterHeaders.REPLAY_OF + "=0@1");
  }

  @Test
  void sendsNothingThatItOnlyTalksOf() {
    // When
    assertThat(run("replay", "--code=NOT_AVRO", "--dry-run")).isEqualTo(ExitCodes.OK);
    // Then
    assertThat(out.toString()).contains("0@0 NOT_AVRO to rag.queries", "would be sent: 1");
    assertThat(records("rag.queries")).isEmpty();
  }

  @Test
  void sendsNothingWhereANamedOneIsOfNoTopicOfOurs() {
    assertThat(run("replay", "0@0", "0@2")).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString()).contains("0@2 came from topic 'elsewhere'");
    assertThat(records("rag.queries")).isEmpty();
  }

  @Test
  void passesOverOneOfNoTopicOfOursWhereAllAreMeant() {
    // When
    assertThat(run("replay", "--all", "--dry-run")).as(err.toString()).isEqualTo(ExitCodes.OK);
    // Then
    assertThat(out.toString()).contains("0@0 ", "0@1 ", "would be sent: 2").doesNotContain("0@2");
    assertThat(err.toString())
        .contains("refrag: passed over: dead letter 0@2 came from topic 'elsewhere'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "show 0@0", "replay 0@0", "replay --all"})
  void saysThatThereIsNoSuchTopicAndMakesNone(String command) throws Exception {
    // When
    String[] words = (command + " --set=topics.dead-letters=no-letters").split(" ");
    int status = run(words[0], Arrays.copyOfRange(words, 1, words.length));
    // Then
    assertThat(status).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString())
        .contains("refrag: topic 'no-letters' (topics.dead-letters) does not exist");
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      assertThat(admin.listTopics().names().get()).doesNotContain("no-letters");
    }
  }

  @Test
  void isNotObeyedByATerminalWhateverARecordHolds() throws Exception {
    // Given
    String hostile = "\u001b[2J" + "k".repeat(100);
    Map<String, String> settings = Map.of("bootstrap.servers", kafka.bootstrapServers());
    try (TopicAdmin admin = new TopicAdmin(settings)) {
      TopicSpec topic = new TopicSpec("hostile-letters", "dead-letters", 1, false, Map.of());
      admin.create(List.of(topic), Optional.empty());
    }
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.copyOf(settings), new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(refused("hostile-letters", hostile, "rag.queries", "\u001b[1mCODE")).get();
    }
    String topic = "--set=topics.dead-letters=hostile-letters";
    // When
    assertThat(run("list", topic)).as(err.toString()).isEqualTo(ExitCodes.OK);
    assertThat(run("show", "0@0", topic)).as(err.toString()).isEqualTo(ExitCodes.OK);
    assertThat(run("replay", "--all", "--dry-run", topic)).isEqualTo(ExitCodes.OK);
    // Then
    assertThat(out.toString())
        .contains("\\u{1b}[2Jkkk", "k...\n", "1 \\u{1b}[1mCODE", "key: \\u{1b}[2Jkkk")
        .doesNotContain("\u001b");
  }

  @Test
  void wantsToKnowWhich() {
    assertThat(run("replay")).isEqualTo(ExitCodes.USAGE);
    assertThat(run("replay", "0@0", "--all")).isEqualTo(ExitCodes.USAGE);
  }

  private int run(String verb, String... more) {
    List<String> arguments = new ArrayList<>(List.of("dead-letters", verb));
    arguments.addAll(List.of(more));
    arguments.add("--set=kafka.bootstrap.servers=" + kafka.bootstrapServers());
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    return command.execute(arguments.toArray(String[]::new));
  }

  private static ConsumerRecord<byte[], byte[]> last(String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = records(topic);
    return records.get(records.size() - 1);
  }

  private static List<ConsumerRecord<byte[], byte[]>> records(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).values().iterator().next();
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
      return records;
    }
  }

  private static ProducerRecord<byte[], byte[]> refused(String key, String topic, String code) {
    return refused("rag.dead-letters", key, topic, code);
  }

  private static ProducerRecord<byte[], byte[]> refused(
      String letters, String key, String topic, String code) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(letters, key.getBytes(UTF_8), "hello".getBytes(UTF_8));
    record.headers().add("traceparent", "00-1".getBytes(UTF_8));
    record.headers().add(DeadLetterHeaders.TOPIC, topic.getBytes(UTF_8));
    record.headers().add(DeadLetterHeaders.PARTITION, "3".getBytes(UTF_8));
    record.headers().add(DeadLetterHeaders.OFFSET, "42".getBytes(UTF_8));
    record.headers().add(DeadLetterHeaders.STAGE, "intake".getBytes(UTF_8));
    record.headers().add(DeadLetterHeaders.CODE, code.getBytes(UTF_8));
    record.headers().add(DeadLetterHeaders.EXCEPTION, "x.Y".getBytes(UTF_8));
    return record;
  }
}
