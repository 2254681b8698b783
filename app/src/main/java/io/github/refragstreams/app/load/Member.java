package io.github.refragstreams.app.load;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.embedded.StateFolder;
import io.github.refragstreams.app.service.Topologies;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.StreamsSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;

/** One instance of the application. */
final class Member implements AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

  private final KafkaStreams streams;
  private final Path state;
  private boolean closed;

  /**
   * Starts; {@link #isRunning} tells when it works.
   *
   * @param kafka addresses of broker and registry
   * @param state stays the caller's
   * @param exactlyOnce see {@link Setup}
   */
  Member(
      AppConfig config,
      Map<String, String> kafka,
      StateFolder state,
      Models models,
      EventSerdes serdes,
      boolean exactlyOnce) {
    this.state = state.path();
    Map<String, String> settings = new HashMap<>(kafka);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, this.state.toString());
    Properties properties = config.streams(settings);
    if (!exactlyOnce) {
      properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
    }
    streams = new KafkaStreams(Topologies.build(models, config, serdes), properties);
    streams.setUncaughtExceptionHandler(StreamsSettings.uncaughtExceptionHandler());
    streams.start();
  }

  /** Whether it runs, with tasks of its own. */
  boolean isRunning() {
    return activeTasks() > 0;
  }

  /** Tasks that it works on; 0 while it starts or tasks move. */
  int activeTasks() {
    return streams.state() == KafkaStreams.State.RUNNING
        ? streams.metadataForLocalThreads().stream()
            .mapToInt(thread -> thread.activeTasks().size())
            .sum()
        : 0;
  }

  /** Tasks that it keeps a copy of. */
  int standbyTasks() {
    return streams.metadataForLocalThreads().stream()
        .mapToInt(thread -> thread.standbyTasks().size())
        .sum();
  }

  /** Offsets of changelogs that its stores have not read, ends of transactions included. */
  long lag() {
    return streams.allLocalStorePartitionLags().values().stream()
        .flatMap(partitions -> partitions.values().stream())
        .mapToLong(lag -> Math.max(0, lag.offsetLag()))
        .sum();
  }

  /** Bytes of its state folder; compaction may remove files meanwhile. */
  long stateBytes() {
    long[] bytes = new long[1];
    try {
      Files.walkFileTree(
          state,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              bytes[0] += attributes.size();
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path gone, IOException e) {
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes[0];
  }

  /** Ends in good order, and leaves the group. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    streams.close(
        CloseOptions.timeout(CLOSE_TIMEOUT)
            .withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
  }
}
