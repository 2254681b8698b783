package io.github.refragstreams.app.faults;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.topology.GroupProtocol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A broker, a registry and instances of the application. The first two have no copies: what they
 * have lost is lost. For one thread.
 */
final class Cluster implements AutoCloseable {
  static final int PARTITIONS = 4;

  /** How long a commit waits for the broker. */
  static final Duration MAX_BLOCK = Duration.ofSeconds(3);

  private static final Duration START_TIMEOUT = Duration.ofSeconds(90);
  private static final List<String> SMALL =
      List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");
  private static final List<String> LARGE = List.of("-Xmx512m", "-XX:+UseSerialGC");

  private final FaultOptions options;
  private final EmbeddedKafka.Ports ports = EmbeddedKafka.Ports.free();
  private final Registry registry = new Registry(EmbeddedKafka.Ports.free().broker());
  private final TreeMap<Integer, ChildProcess> instances = new TreeMap<>();
  private ChildProcess broker;

  /** Of instances that are started from now on. */
  private String classPath = ChildProcess.ownClassPath();

  Cluster(FaultOptions options) {
    this.options = options;
    try {
      Files.createDirectories(options.folder());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.broker = launchBroker();
    awaitBroker();
  }

  /** {@code host:port} for clients. */
  String bootstrapServers() {
    return ports.bootstrapServers();
  }

  /** Settings of an instance; clients use those that are not its own. */
  AppConfig config(int instance) {
    return AppConfig.load(null, Map.of(), settings(instance));
  }

  private Map<String, String> settings(int instance) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("kafka.bootstrap.servers", ports.bootstrapServers());
    settings.put("kafka.schema.registry.url", registry.url());
    settings.put("kafka.state.dir", folder("state-" + instance).toString());
    settings.put("model.bundle", options.bundle().toString());
    settings.put("streams.application-id", "faults");
    settings.put("streams.group-protocol", options.protocol().label());
    settings.put("topics.partitions", String.valueOf(PARTITIONS));
    settings.put("answer.orphan-after", FaultRun.ORPHAN_AFTER.toSeconds() + "s");
    settings.put("answer.in-flight", "4");
    settings.put("retry.max-delay", "1s");
    // Answers are compared with those of a process that has nothing else to do.
    settings.put("degrade.enabled", "false");
    settings.put("kafka.producer.max.block.ms", String.valueOf(MAX_BLOCK.toMillis()));
    if (options.protocol() == GroupProtocol.CLASSIC) {
      settings.put("kafka.session.timeout.ms", String.valueOf(options.session().toMillis()));
      settings.put("kafka.heartbeat.interval.ms", String.valueOf(options.session().toMillis() / 6));
    }
    return settings;
  }

  /** Which build of the program instances run that are started from now on. */
  void use(String otherClassPath) {
    classPath = otherClassPath;
  }

  List<Integer> running() {
    return List.copyOf(instances.keySet());
  }

  /** The number of the running instance that a fault is for. */
  int victim(int number) {
    return running().get(number % instances.size());
  }

  ChildProcess instance(int number) {
    ChildProcess found = instances.get(number);
    if (found == null) {
      throw new IllegalArgumentException("instance " + number + " does not run");
    }
    return found;
  }

  /** Whether one that should run has ended by itself. */
  List<Integer> dead() {
    return instances.entrySet().stream()
        .filter(entry -> !entry.getValue().isAlive())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Starts an instance with what it has left behind, without waiting for it. */
  void launch(int number) {
    List<String> arguments = new ArrayList<>(List.of(options.models()));
    settings(number).forEach((key, value) -> arguments.add(key + "=" + value));
    boolean slow = options.models().equals(FaultOptions.SLOW);
    instances.put(
        number,
        ChildProcess.start(
            InstanceProcess.class,
            classPath,
            slow ? SMALL : LARGE,
            arguments,
            folder("instance-" + number + ".log")));
  }

  void awaitRunning(int number) {
    if (!instance(number).hears(ParentPipe.RUNNING, START_TIMEOUT)) {
      throw new FaultRunException("instance " + number + " does not start");
    }
  }

  void kill(int number) {
    instance(number).kill();
    instances.remove(number);
  }

  /** Starts and stops instances until so many run. */
  void scale(int number) {
    List<Integer> started = new ArrayList<>();
    for (int next = 0; instances.size() < number; next++) {
      if (!instances.containsKey(next)) {
        launch(next);
        started.add(next);
      }
    }
    started.forEach(this::awaitRunning);
    while (instances.size() > number) {
      int last = instances.lastKey();
      instance(last).stop();
      instances.remove(last);
    }
  }

  void killBroker(Duration gone) {
    broker.kill();
    Pause.of(gone);
    broker = launchBroker();
    awaitBroker();
  }

  Registry registry() {
    return registry;
  }

  private ChildProcess launchBroker() {
    return ChildProcess.start(
        BrokerProcess.class,
        ChildProcess.ownClassPath(),
        SMALL,
        List.of(
            folder("broker").toString(),
            String.valueOf(ports.broker()),
            String.valueOf(ports.controller()),
            String.valueOf(options.session().toMillis())),
        folder("broker.log"));
  }

  private void awaitBroker() {
    if (!broker.hears(ParentPipe.RUNNING, START_TIMEOUT)) {
      throw new FaultRunException("the broker does not start");
    }
  }

  private Path folder(String name) {
    return options.folder().resolve(name);
  }

  @Override
  public void close() {
    instances.values().forEach(ChildProcess::close);
    broker.close();
    registry.close();
  }
}
