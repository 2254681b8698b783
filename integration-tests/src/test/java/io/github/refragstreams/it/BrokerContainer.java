package io.github.refragstreams.it;

import static org.awaitility.Awaitility.await;

import io.github.refragstreams.app.embedded.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;

/**
 * Kafka in a container: a broker that is its own controller, from the jars that the application
 * brings along for its demo. It has a plain listener, and one with TLS and SCRAM. It uses the
 * machine's loopback, so that its addresses survive a restart and are the same for everybody.
 */
final class BrokerContainer implements AutoCloseable {
  private static final String FOLDER = "/etc/kafka/";

  private static final String START =
      """
      java -cp '/opt/kafka/*' -Dlogback.configurationFile=/etc/kafka/logback.xml kafka.tools.StorageTool \
        format --ignore-formatted --standalone -t 4L6g3nShT-eMCtK--X86sw -c /etc/kafka/server.properties &&
      exec java -cp '/opt/kafka/*' -Dlogback.configurationFile=/etc/kafka/logback.xml -Xmx256m \
        -XX:+UseSerialGC -XX:TieredStopAtLevel=1 kafka.Kafka /etc/kafka/server.properties
      """;

  private static final String LOGGING =
      """
      <configuration>
        <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
          <encoder><pattern>%d %level %logger{20} %msg%n</pattern></encoder>
        </appender>
        <root level="INFO"><appender-ref ref="out"/></root>
      </configuration>
      """;

  private final EmbeddedKafka.Ports ports = EmbeddedKafka.Ports.free();
  private final int tlsPort = EmbeddedKafka.Ports.free().broker();
  private final BrokerCertificate certificate;
  private final GenericContainer<?> container;

  /**
   * @param folder for its certificate
   */
  BrokerContainer(Path folder) throws IOException, InterruptedException {
    certificate = BrokerCertificate.make(folder);
    container = new GenericContainer<>(ContainerImages.JDK);
    container
        .withImagePullPolicy(image -> false)
        .withNetworkMode("host")
        .withCreateContainerCmdModifier(
            command ->
                command
                    .getHostConfig()
                    .withBinds(
                        Containers.readOnly(
                            ContainerImages.ROOT.resolve("app/target/lib"), "/opt/kafka")))
        .withCopyToContainer(Transferable.of(settings()), FOLDER + "server.properties")
        .withCopyToContainer(Transferable.of(certificate.store()), FOLDER + "broker.p12")
        .withCopyToContainer(Transferable.of(LOGGING), FOLDER + "logback.xml")
        .withCommand("sh", "-c", START)
        .withLogConsumer(Containers.log("broker"))
        .waitingFor(Wait.forLogMessage(".*Kafka Server started.*\\n", 1))
        .withStartupTimeout(Containers.PATIENCE);
  }

  BrokerContainer start() {
    container.start();
    return this;
  }

  String bootstrapServers() {
    return ports.bootstrapServers();
  }

  /** The listener with TLS and SCRAM. */
  String tlsServers() {
    return "127.0.0.1:" + tlsPort;
  }

  /** The certificate that clients must trust, as PEM. */
  String certificate() {
    return certificate.pem();
  }

  /** Lets a user in by the listener with TLS. */
  void addUser(String name, String password) throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
      ScramCredentialInfo hash = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096);
      admin
          .alterUserScramCredentials(
              List.of(new UserScramCredentialUpsertion(name, hash, password)))
          .all()
          .get();
    }
  }

  /** Ends it with SIGKILL, and starts it again on what it had written. */
  void crashAndRestart() {
    Containers.end(container, "KILL");
    Containers.startAgain(container);
    await().atMost(Containers.PATIENCE).ignoreExceptions().until(this::answers);
  }

  private boolean answers() throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
      return !admin.describeCluster().nodes().get().isEmpty();
    }
  }

  @Override
  public void close() {
    container.stop();
  }

  private String settings() {
    return """
        node.id=1
        process.roles=broker,controller
        controller.quorum.bootstrap.servers=127.0.0.1:%2$d
        controller.listener.names=CONTROLLER
        listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d,SASL_SSL://127.0.0.1:%3$d
        listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL
        log.dirs=/var/lib/kafka
        sasl.enabled.mechanisms=SCRAM-SHA-512
        listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=\
        org.apache.kafka.common.security.scram.ScramLoginModule required;
        ssl.keystore.type=PKCS12
        ssl.keystore.location=/etc/kafka/broker.p12
        ssl.keystore.password=%4$s
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=4
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        transaction.state.log.num.partitions=4
        transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
        share.coordinator.state.topic.replication.factor=1
        share.coordinator.state.topic.min.isr=1
        group.initial.rebalance.delay.ms=0
        log.cleaner.dedupe.buffer.size=2097152
        """
        .formatted(ports.broker(), ports.controller(), tlsPort, certificate.password());
  }
}
