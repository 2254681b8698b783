package io.github.refragstreams.app.service;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.model.Telemetry;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.Drain;
import io.github.refragstreams.topology.StoreQueries;
import io.github.refragstreams.topology.StreamsSettings;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topology, running in this process. Does not own the models and serdes that it uses. */
public final class AnsweringService implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(AnsweringService.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  /** How often a drain looks whether the streams still run. */
  private static final Duration LOOK = Duration.ofMillis(50);

  private final KafkaStreams streams;
  private final Drain drain;
  private final StoreQueries stores;
  private final KafkaStreamsMetrics kafkaMeters;
  private final CompletableFuture<Void> running = new CompletableFuture<>();
  private final CompletableFuture<KafkaStreams.State> ended = new CompletableFuture<>();

  private AnsweringService(
      KafkaStreams streams,
      Drain drain,
      StoreQueries stores,
      DeadMember dead,
      Telemetry telemetry) {
    this.streams = streams;
    this.drain = drain;
    this.stores = stores;
    this.kafkaMeters = new KafkaStreamsMetrics(streams);
    kafkaMeters.bindTo(telemetry.meters());
    streams.setStateListener((to, from) -> follow(to));
    streams.setUncaughtExceptionHandler(dead.before(StreamsSettings.uncaughtExceptionHandler()));
  }

  /** Starts one that tells nobody what it does. */
  public static AnsweringService start(
      AppConfig config, Map<String, String> kafka, Models models, EventSerdes serdes) {
    return start(config, kafka, models, serdes, Telemetry.none());
  }

  /**
   * Starts; answers come once {@link #awaitRunning()} has returned.
   *
   * @param kafka settings that go before those of the configuration
   * @throws io.github.refragstreams.app.config.InvalidConfigException when the configuration does
   *     not fit the bundle
   */
  public static AnsweringService start(
      AppConfig config,
      Map<String, String> kafka,
      Models models,
      EventSerdes serdes,
      Telemetry telemetry) {
    Map<String, String> settings = new HashMap<>(kafka);
    settings.putAll(InstanceId.settings(config, kafka));
    Properties all = StreamsSettings.observed(config.streams(settings), telemetry);
    StreamsConfig checked = new StreamsConfig(all);
    Drain drain = new Drain();
    KafkaStreams streams =
        new KafkaStreams(Topologies.build(models, config, serdes, telemetry, drain), checked);
    StoreQueries stores = new StoreQueries(streams, serdes, models.bundle());
    AnsweringService service =
        new AnsweringService(streams, drain, stores, new DeadMember(all), telemetry);
    KeptWindow.keep(config.topology().answer().duplicateWindow(), checked, streams);
    streams.start();
    return service;
  }

  /**
   * Waits until every task runs, for as long as their stores take to be restored.
   *
   * @throws ServiceException when it stops instead
   */
  public void awaitRunning() {
    try {
      running.join();
    } catch (CompletionException e) {
      throw new ServiceException("the topology stopped while it started", e);
    }
  }

  /**
   * The same for those who cannot wait for long.
   *
   * @throws ServiceException when it stops instead, or takes longer than {@code timeout}
   */
  public void awaitRunning(Duration timeout) {
    try {
      running.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new ServiceException("the topology stopped while it started", e);
    } catch (TimeoutException e) {
      throw new ServiceException(
          "the topology is still " + streams.state() + " after " + timeout.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /**
   * Waits until it ends.
   *
   * @throws ServiceException when it ends because of an error
   */
  public void awaitEnd() {
    if (ended.join() == KafkaStreams.State.ERROR) {
      throw new ServiceException("the topology failed; the log says why", null);
    }
  }

  public KafkaStreams.State state() {
    return streams.state();
  }

  /** Whether it has tasks: under the streams protocol it runs before it has any. */
  public boolean hasTasks() {
    return streams.metadataForLocalThreads().stream()
        .anyMatch(thread -> !thread.activeTasks().isEmpty());
  }

  /** Its stores, to look into. */
  public StoreQueries stores() {
    return stores;
  }

  /** Polls of each living stream thread so far, by its name: a thread that works always polls. */
  public Map<String, Double> polls() {
    return totals("poll-total");
  }

  /** Records that the living stream threads have processed so far: falls where one is replaced. */
  public double work() {
    return sum(totals("process-total"));
  }

  /** Commits of the living stream threads so far: falls where one is replaced. */
  public double commits() {
    return sum(totals("commit-total"));
  }

  /** A counter of each living stream thread, by its name. */
  private Map<String, Double> totals(String counter) {
    Map<String, Double> totals = new HashMap<>();
    streams
        .metrics()
        .forEach(
            (name, metric) -> {
              String thread = name.tags().get("thread-id");
              if (name.name().equals(counter)
                  && name.group().equals("stream-thread-metrics")
                  && thread != null
                  && metric.metricValue() instanceof Double total) {
                totals.put(thread, total);
              }
            });
    return totals;
  }

  private static double sum(Map<String, Double> totals) {
    return totals.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /**
   * Has answers that are being generated come to their end, and begins no others: before {@link
   * #close()}, which throws away what is half done.
   *
   * @param most longest wait
   */
  public void drain(Duration most) {
    drain.begin();
    LOGGER
        .atInfo()
        .addKeyValue("generating", drain.generating())
        .log("no answer is begun any more");
    long end = System.nanoTime() + most.toNanos();
    try {
      while (!drain.await(LOOK)
          && streams.state().isRunningOrRebalancing()
          && System.nanoTime() < end) {}
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  @Override
  public void close() {
    streams.close(CLOSE_TIMEOUT);
    kafkaMeters.close();
  }

  private void follow(KafkaStreams.State state) {
    switch (state) {
      case RUNNING -> running.complete(null);
      case ERROR, NOT_RUNNING -> {
        running.completeExceptionally(new IllegalStateException(state.name()));
        ended.complete(state);
      }
      default -> {}
    }
  }
}
