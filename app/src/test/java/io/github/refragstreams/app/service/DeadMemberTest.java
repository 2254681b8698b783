package io.github.refragstreams.app.service;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.app.embedded.EmbeddedKafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A thread that dies does not keep its group waiting. */
@Timeout(60)
class DeadMemberTest {
  private static final String GROUP = "a-group";

  @Test
  void takesTheThreadThatIsReplacedOutOfItsGroup() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(0);
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
        KafkaConsumer<byte[], byte[]> member = member(kafka, "instance-1");
        KafkaConsumer<byte[], byte[]> other = member(kafka, "instance-2")) {
      admin.createTopics(List.of(new NewTopic("topic", 2, (short) 1))).all().get();
      member.subscribe(List.of("topic"));
      other.subscribe(List.of("topic"));
      while (member.assignment().size() != 1 || other.assignment().size() != 1) {
        member.poll(Duration.ofMillis(50));
        other.poll(Duration.ofMillis(50));
      }
      DeadMember dead = new DeadMember(settings(kafka));
      // When: it ends with its process
      assertThat(dies(dead, StreamThreadExceptionResponse.SHUTDOWN_CLIENT))
          .isEqualTo(StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
      // Then
      assertThat(members(admin)).containsExactlyInAnyOrder("instance-1", "instance-2");
      // When: it is replaced; it lives on here, so that its session does not end
      assertThat(dies(dead, StreamThreadExceptionResponse.REPLACE_THREAD))
          .isEqualTo(StreamThreadExceptionResponse.REPLACE_THREAD);
      // Then
      assertThat(members(admin)).containsExactly("instance-2");
    }
  }

  private static StreamThreadExceptionResponse dies(
      DeadMember dead, StreamThreadExceptionResponse response) throws InterruptedException {
    AtomicReference<StreamThreadExceptionResponse> given = new AtomicReference<>();
    Thread thread =
        new Thread(
            () ->
                given.set(
                    dead.before(failure -> response).handle(new IllegalStateException("dies"))),
            "client-StreamThread-1");
    thread.start();
    thread.join();
    return requireNonNull(given.get());
  }

  private static List<String> members(Admin admin) throws Exception {
    return admin.describeConsumerGroups(List.of(GROUP)).all().get().values().stream()
        .flatMap(group -> group.members().stream())
        .map(MemberDescription::groupInstanceId)
        .flatMap(Optional::stream)
        .toList();
  }

  private static Properties settings(EmbeddedKafka kafka) {
    Properties settings = new Properties();
    settings.putAll(
        Map.of(
            "application.id",
            GROUP,
            "bootstrap.servers",
            kafka.bootstrapServers(),
            "group.instance.id",
            "instance"));
    return settings;
  }

  private static KafkaConsumer<byte[], byte[]> member(EmbeddedKafka kafka, String id) {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers", kafka.bootstrapServers(),
            "group.id", GROUP,
            "group.instance.id", id),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }
}
