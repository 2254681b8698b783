package io.github.refragstreams.app.embedded;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * A single Kafka broker with its own controller (KRaft) in this JVM, reachable over loopback only.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final int FIRST_PORT = 20_000;
  private static final int LAST_PORT = 32_000;
  private static final int MOST_ATTEMPTS = 100;

  private final KafkaRaftServer server;
  private final Ports ports;

  /** Deleted when the broker closes; null: the data stays. */
  private final @Nullable Path temporary;

  private EmbeddedKafka(KafkaRaftServer server, Ports ports, @Nullable Path temporary) {
    this.server = server;
    this.ports = ports;
    this.temporary = temporary;
  }

  /** Where a broker listens; both ports differ. */
  public record Ports(int broker, int controller) {
    /** Two that are free now. */
    public static Ports free() {
      try {
        return reserve(0);
      } catch (IOException e) {
        throw new EmbeddedKafkaException("no port can be bound: " + e.getMessage(), e);
      }
    }

    /** {@code host:port} for clients. */
    public String bootstrapServers() {
      return HOST + ":" + broker;
    }
  }

  /**
   * Starts a broker whose data lives in a temporary folder, which {@link #close} deletes; it
   * accepts clients when this returns.
   *
   * @param port the broker's port, 0 for a free one
   * @throws PortInUseException when something else listens on {@code port}
   * @throws EmbeddedKafkaException when the broker cannot start
   */
  public static EmbeddedKafka start(int port) {
    Path folder = null;
    try {
      Ports ports = reserve(port);
      folder = Files.createTempDirectory("refrag-kafka-");
      return new EmbeddedKafka(server(folder, ports, Map.of()), ports, folder);
    } catch (IOException | RuntimeException e) {
      if (folder != null) {
        delete(folder);
      }
      throw failure(e);
    }
  }

  /**
   * Starts a broker whose data outlives it: started again with the same folder and ports, it goes
   * on, also after a crash.
   *
   * @param folder of its data; created where it is missing
   * @param overrides settings of the broker that go before ours
   * @throws EmbeddedKafkaException when the broker cannot start
   */
  public static EmbeddedKafka start(Path folder, Ports ports, Map<String, String> overrides) {
    try {
      Files.createDirectories(folder);
      return new EmbeddedKafka(server(folder, ports, overrides), ports, null);
    } catch (IOException | RuntimeException e) {
      throw failure(e);
    }
  }

  private static KafkaRaftServer server(Path folder, Ports ports, Map<String, String> overrides)
      throws IOException {
    Properties settings = settings(folder.resolve("data"), ports.broker(), ports.controller());
    settings.putAll(overrides);
    if (!Files.exists(folder.resolve("data").resolve("meta.properties"))) {
      format(folder, settings);
    }
    KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.fromProps(settings), Time.SYSTEM);
    server.startup();
    return server;
  }

  private static EmbeddedKafkaException failure(Exception e) {
    return e instanceof EmbeddedKafkaException expected
        ? expected
        : new EmbeddedKafkaException("the embedded broker did not start: " + e.getMessage(), e);
  }

  /**
   * Finds out early what {@link #start} would find out.
   *
   * @throws PortInUseException when something else listens on {@code port}
   */
  public static void checkFree(int port) {
    try {
      reserve(port);
    } catch (PortInUseException e) {
      throw e;
    } catch (IOException e) {
      throw new EmbeddedKafkaException("no port can be bound: " + e.getMessage(), e);
    }
  }

  /** {@code host:port} for clients. */
  public String bootstrapServers() {
    return ports.bootstrapServers();
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
    if (temporary != null) {
      delete(temporary);
    }
  }

  /**
   * The broker's and the controller's port. They are picked up front because {@link
   * KafkaRaftServer} does not tell which port it bound; both stay bound until both are known, so
   * that they differ.
   */
  private static Ports reserve(int port) throws IOException {
    InetAddress loopback = InetAddress.getByName(HOST);
    try (ServerSocket broker = new ServerSocket();
        ServerSocket controller = new ServerSocket()) {
      try {
        if (port == 0) {
          bindFree(broker, loopback);
        } else {
          broker.bind(new InetSocketAddress(loopback, port));
        }
      } catch (IOException e) {
        throw new PortInUseException(HOST, port, e);
      }
      bindFree(controller, loopback);
      return new Ports(broker.getLocalPort(), controller.getLocalPort());
    }
  }

  /**
   * Below the ports that systems give to outgoing connections: until the broker binds it, some
   * seconds later, no connection of anybody can take it.
   */
  private static void bindFree(ServerSocket socket, InetAddress host) throws IOException {
    for (int attempt = 1; ; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT + 1);
      try {
        socket.bind(new InetSocketAddress(host, port));
        return;
      } catch (BindException e) {
        if (attempt == MOST_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static void format(Path folder, Properties settings) throws IOException {
    Path file = folder.resolve("server.properties");
    try (Writer writer = Files.newBufferedWriter(file)) {
      settings.store(writer, null);
    }
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    String[] arguments = {
      "format", "-t", Uuid.randomUuid().toString(), "-c", file.toString(), "--standalone"
    };
    int status =
        StorageTool.execute(arguments, new PrintStream(printed, true, StandardCharsets.UTF_8));
    if (status != 0) {
      throw new EmbeddedKafkaException(
          "the embedded broker's folder could not be formatted: "
              + printed.toString(StandardCharsets.UTF_8).strip(),
          null);
    }
  }

  private static Properties settings(Path data, int port, int controllerPort) {
    Properties p = new Properties();
    p.put("process.roles", "broker,controller");
    p.put("node.id", "1");
    p.put("controller.quorum.bootstrap.servers", HOST + ":" + controllerPort);
    p.put(
        "listeners",
        "PLAINTEXT://" + HOST + ":" + port + ",CONTROLLER://" + HOST + ":" + controllerPort);
    p.put("advertised.listeners", "PLAINTEXT://" + HOST + ":" + port);
    p.put("controller.listener.names", "CONTROLLER");
    p.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    p.put("inter.broker.listener.name", "PLAINTEXT");
    p.put("log.dirs", data.toString());
    p.put("auto.create.topics.enable", "false");

    // One node, hence one replica of everything.
    p.put("default.replication.factor", "1");
    p.put("offsets.topic.replication.factor", "1");
    p.put("offsets.topic.num.partitions", "4");
    p.put("transaction.state.log.replication.factor", "1");
    p.put("transaction.state.log.min.isr", "1");
    p.put("transaction.state.log.num.partitions", "4");
    p.put("share.coordinator.state.topic.replication.factor", "1");
    p.put("share.coordinator.state.topic.min.isr", "1");

    // Groups form at once instead of after seconds.
    p.put("group.initial.rebalance.delay.ms", "0");
    p.put("group.streams.initial.rebalance.delay.ms", "0");
    p.put("group.streams.min.heartbeat.interval.ms", "500");
    p.put("group.streams.heartbeat.interval.ms", "500");

    // The default dedupe buffer reserves 128 MB.
    p.put("log.cleaner.dedupe.buffer.size", "2097152");
    p.put("log.initial.task.delay.ms", "100");
    return p;
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
