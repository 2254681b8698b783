package io.github.refragstreams.app.service;

import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a thread that is replaced out of its group. It is a static member, which never leaves by
 * itself, and its successor joins as another one (Kafka Streams 4.3.1 numbers threads on while the
 * dead one is counted): the group would wait for its session to end, {@code session.timeout.ms},
 * and nobody in it could commit meanwhile.
 */
final class DeadMember {
  private static final Logger LOGGER = LoggerFactory.getLogger(DeadMember.class);
  private static final Pattern THREAD = Pattern.compile(".*-StreamThread-(\\d+)");
  private static final int MOST_MILLIS = 5_000;

  private final Properties settings;

  /**
   * @param settings of Kafka Streams
   */
  DeadMember(Properties settings) {
    this.settings = settings;
  }

  /** The same handler, which lets dead threads leave before they are replaced. */
  StreamsUncaughtExceptionHandler before(StreamsUncaughtExceptionHandler handler) {
    return failure -> {
      StreamThreadExceptionResponse response = handler.handle(failure);
      if (response == StreamThreadExceptionResponse.REPLACE_THREAD) {
        leave(Thread.currentThread().getName());
      }
      return response;
    };
  }

  /** Waits some seconds at most; the group goes on later where that is not enough. */
  private void leave(String thread) {
    Matcher number = THREAD.matcher(thread);
    if (!number.matches()) {
      return;
    }
    StreamsConfig config = new StreamsConfig(settings);
    String group = config.getString(StreamsConfig.APPLICATION_ID_CONFIG);
    // As Kafka Streams itself has named it.
    Object member =
        config
            .getMainConsumerConfigs(group, thread, Integer.parseInt(number.group(1)))
            .get(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    if (member == null) {
      return;
    }
    RemoveMembersFromConsumerGroupOptions one =
        new RemoveMembersFromConsumerGroupOptions(List.of(new MemberToRemove(member.toString())))
            .timeoutMs(MOST_MILLIS);
    Admin admin = Admin.create(config.getAdminConfigs("refrag-dead-member"));
    try {
      admin
          .removeMembersFromConsumerGroup(group, one)
          .all()
          .get(MOST_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      LOGGER
          .atWarn()
          .addKeyValue("member", member)
          .log("a dead thread stays in its group until its session ends");
      LOGGER.debug("the group did not let it go", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      // A call that goes on is given up: closing would wait for it.
      admin.close(Duration.ZERO);
    }
  }
}
