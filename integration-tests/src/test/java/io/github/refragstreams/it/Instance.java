package io.github.refragstreams.it;

import static org.awaitility.Awaitility.await;

import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.GroupProtocol;
import io.github.refragstreams.topology.RagTopology;
import io.github.refragstreams.topology.StoreQueries;
import io.github.refragstreams.topology.StreamsSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.LagInfo;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.StateRestoreListener;

/** One process of the application: its models, and a state folder of its own. */
final class Instance implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(90);

  final ModelSet models;
  private final EventSerdes serdes;
  private final Path state;
  private final Restored restored = new Restored();
  private final AtomicInteger deaths = new AtomicInteger();
  private final KafkaStreams streams;

  Instance(World world, GroupProtocol protocol) {
    this(world, protocol, new SumEncoder(1, 0), Map.of());
  }

  /**
   * @param encoder its bundle's
   * @param kafka settings of this instance
   */
  Instance(World world, GroupProtocol protocol, SumEncoder encoder, Map<String, String> kafka) {
    this(world, protocol, encoder, kafka, temporaryFolder());
  }

  private Instance(
      World world,
      GroupProtocol protocol,
      SumEncoder encoder,
      Map<String, String> kafka,
      Path state) {
    this.state = state;
    models = new ModelSet(encoder);
    serdes = world.serdes();
    Map<String, String> settings = new HashMap<>();
    settings.put("bootstrap.servers", world.bootstrapServers);
    settings.put("state.dir", state.toString());
    if (protocol == GroupProtocol.CLASSIC) {
      // The shortest that the broker allows: a crashed member is missed after this time.
      settings.put("session.timeout.ms", "6000");
      settings.put("heartbeat.interval.ms", "1000");
    }
    settings.putAll(kafka);
    streams =
        new KafkaStreams(
            RagTopology.build(models.models(), world.config, serdes),
            StreamsSettings.properties(world.config, world.id, protocol, settings));
    StreamsUncaughtExceptionHandler replacing = StreamsSettings.uncaughtExceptionHandler();
    streams.setUncaughtExceptionHandler(
        failure -> {
          deaths.incrementAndGet();
          return replacing.handle(failure);
        });
    streams.setGlobalStateRestoreListener(restored);
  }

  /** Ends in good order, and is replaced by one that has its state and is not started yet. */
  Instance replace(World world, GroupProtocol protocol) {
    end();
    return new Instance(world, protocol, new SumEncoder(1, 0), Map.of(), state);
  }

  /** Records that were read from changelogs, so far. */
  long restored() {
    return restored.records.get();
  }

  /** Stream threads that have died, and are replaced. */
  int deaths() {
    return deaths.get();
  }

  /** From now on, a thread that dies is not replaced: the process is dead. */
  Instance mortal() {
    streams.setUncaughtExceptionHandler(failure -> StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
    return this;
  }

  Instance start() {
    streams.start();
    return this;
  }

  /** Starts, and waits until all tasks run. */
  Instance startAndWait() {
    start();
    await().atMost(PATIENCE).until(() -> streams.state() == KafkaStreams.State.RUNNING);
    return this;
  }

  /** Tasks that it works on. */
  int activeTasks() {
    return streams.metadataForLocalThreads().stream()
        .mapToInt(thread -> thread.activeTasks().size())
        .sum();
  }

  /** Tasks that it keeps a copy of. */
  int standbyTasks() {
    return streams.metadataForLocalThreads().stream()
        .mapToInt(thread -> thread.standbyTasks().size())
        .sum();
  }

  /** Whether its stores have what the changelogs have, and that is something. */
  boolean hasCopies() {
    List<LagInfo> lags =
        streams.allLocalStorePartitionLags().values().stream()
            .flatMap(partitions -> partitions.values().stream())
            .toList();
    // Behind the last record there is the end of its transaction.
    return lags.stream().anyMatch(lag -> lag.currentOffsetPosition() > 0)
        && lags.stream().allMatch(lag -> lag.offsetLag() <= 1);
  }

  /** Waits until it has tasks that answer: under the streams protocol it runs before it has any. */
  void awaitAnswerTasks(World world) {
    String queries = world.config.topics().queries();
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                streams.metadataForLocalThreads().stream()
                    .flatMap(thread -> thread.activeTasks().stream())
                    .flatMap(task -> task.topicPartitions().stream())
                    .anyMatch(partition -> partition.topic().equals(queries)));
  }

  StoreQueries stores() {
    return new StoreQueries(streams, serdes, models.models().bundle());
  }

  KafkaStreams.State state() {
    return streams.state();
  }

  /** Ends in good order, and leaves the group. */
  @Override
  public void close() {
    end();
    delete(state);
  }

  private void end() {
    streams.close(
        CloseOptions.timeout(Duration.ofSeconds(30))
            .withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
    models.close();
    serdes.close();
  }

  /** Counts. */
  private static final class Restored implements StateRestoreListener {
    final AtomicLong records = new AtomicLong();

    @Override
    public void onRestoreStart(TopicPartition changelog, String store, long from, long to) {}

    @Override
    public void onBatchRestored(TopicPartition changelog, String store, long end, long count) {
      records.addAndGet(count);
    }

    @Override
    public void onRestoreEnd(TopicPartition changelog, String store, long total) {}
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("refrag-it-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) {
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (Path file : all) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
