package io.github.refragstreams.app.load;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.embedded.Resources;
import io.github.refragstreams.app.embedded.StateFolder;
import io.github.refragstreams.app.topics.TopicAdmin;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.serde.EventSerdeConfig;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.Topics;
import io.github.refragstreams.topology.TopologyNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.CommonClientConfigs;

/** The application with topics, state and a client of its own. For one thread. */
final class Deployment implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
  private static final Duration LOOK = Duration.ofMillis(10);

  private final Resources resources = new Resources();
  private final LoadWorld world;
  private final AppConfig config;
  private final Map<String, String> kafka;
  private final Setup setup;
  private final EventSerdes serdes;
  private final LoadClient client;
  private final List<Member> members = new ArrayList<>();
  private final List<CountingEncoder> encoders = new ArrayList<>();

  /** Starts all instances, and returns when they run. */
  Deployment(LoadWorld world, String bootstrapServers, AppConfig config, Setup setup) {
    this.world = world;
    this.config = config;
    this.setup = setup;
    this.kafka = new HashMap<>(config.kafka());
    kafka.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    kafka.put(EventSerdeConfig.URL, "mock://" + config.applicationId());
    try {
      try (TopicAdmin admin = new TopicAdmin(kafka)) {
        admin.create(Topics.required(config.topology()), Optional.empty());
      }
      serdes = resources.own(new EventSerdes(kafka));
      for (int i = 0; i < setup.instances(); i++) {
        start(i, resources.own(StateFolder.create()));
      }
      await("the application to run", START_TIMEOUT, this::isRunning);
      client = resources.own(new LoadClient(kafka, config.topology().topics(), serdes));
    } catch (RuntimeException e) {
      resources.close();
      throw e;
    }
  }

  /** Names of its own, and the settings of the measurement. */
  static Map<String, String> settings(String id, Setup setup) {
    Map<String, String> settings = new HashMap<>(setup.settings());
    settings.put("streams.application-id", id);
    // However slow the machine, every answer is one from all passages.
    settings.put("answer.deadline", "10m");
    for (String topic :
        List.of("queries", "passages", "documents", "answers", "answer-tokens", "dead-letters")) {
      settings.put("topics." + topic, id + "." + topic);
    }
    return settings;
  }

  LoadClient client() {
    return client;
  }

  AppConfig config() {
    return config;
  }

  /** Its instances, in the order of their start. */
  List<Member> members() {
    return members;
  }

  /**
   * Starts one more instance; the caller waits for it.
   *
   * @param instance whose models it uses
   * @param state stays the caller's
   */
  Member start(int instance, StateFolder state) {
    Models models = world.models(instance);
    CountingEncoder encoder = new CountingEncoder(models.encoder());
    Member member =
        resources.own(
            new Member(config, kafka, state, encoder.in(models), serdes, setup.exactlyOnce()));
    encoders.add(encoder);
    members.add(member);
    return member;
  }

  /** Stops an instance, which leaves the group; its state stays. */
  void stop(Member member) {
    members.remove(member);
    member.close();
  }

  /** Passages that were sent to encoders. */
  int encodings() {
    return encoders.stream().mapToInt(CountingEncoder::passages).sum();
  }

  /** Counts encoded passages on their way to their queries, from now on. */
  RecordCounter encodedPassages() {
    return new RecordCounter(
        kafka,
        config.applicationId() + "-" + TopologyNames.ANSWER_BY_CONVERSATION + "-repartition");
  }

  boolean isRunning() {
    return members.stream().allMatch(Member::isRunning);
  }

  /**
   * Waits until something holds.
   *
   * @throws IllegalStateException when it takes longer
   */
  static void await(String what, Duration timeout, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > timeout.toNanos()) {
        throw new IllegalStateException(
            "waited " + timeout.toSeconds() + " s for " + what + ", in vain");
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  @Override
  public void close() {
    resources.close();
  }
}
