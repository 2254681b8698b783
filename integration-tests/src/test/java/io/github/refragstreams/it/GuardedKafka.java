package io.github.refragstreams.it;

import static org.awaitility.Awaitility.await;

import io.github.refragstreams.app.embedded.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;

/**
 * A broker that lets nobody do anything without a right, at a listener where users show a password;
 * at {@link #kafka}'s own address everything is allowed.
 */
final class GuardedKafka implements AutoCloseable {
  private static final String PASSWORD = "a-password";
  private static final int USERS = 400;

  /** Over all brokers of the JVM: what each was allowed is remembered together. */
  private static final AtomicInteger NEXT_USER = new AtomicInteger();

  final EmbeddedKafka kafka;
  private final String address;
  private final Admin admin;

  GuardedKafka(Path folder) throws IOException {
    EmbeddedKafka.Ports ports = EmbeddedKafka.Ports.free();
    address = EmbeddedKafka.Ports.free().bootstrapServers();
    String open = "PLAINTEXT://" + ports.bootstrapServers();
    String guarded = "SASL_PLAINTEXT://" + address;
    kafka =
        EmbeddedKafka.start(
            Files.createDirectories(folder),
            ports,
            Map.of(
                "listeners",
                open + "," + guarded + ",CONTROLLER://127.0.0.1:" + ports.controller(),
                "advertised.listeners",
                open + "," + guarded,
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT",
                "sasl.enabled.mechanisms",
                "PLAIN",
                "listener.name.sasl_plaintext.plain.sasl.jaas.config",
                jaas(
                    IntStream.range(0, USERS)
                        .mapToObj(user -> "user_u" + user + "=\"" + PASSWORD + "\"")
                        .collect(Collectors.joining(" "))),
                "authorizer.class.name",
                RecordingAuthorizer.class.getName(),
                "super.users",
                "User:ANONYMOUS"));
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  /** Somebody new, without any right. */
  String user() {
    return "User:u" + NEXT_USER.getAndIncrement();
  }

  /** Gives rights, and waits until the broker knows them. */
  void grant(List<AclBinding> rights) {
    Set<AclBinding> given = new HashSet<>(rights);
    try {
      admin.createAcls(given).all().get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
    await()
        .atMost(Instance.PATIENCE)
        .until(() -> admin.describeAcls(AclBindingFilter.ANY).values().get().containsAll(given));
  }

  /** How clients of {@code user} find it and show who they are. */
  Map<String, String> settings(String user) {
    String name = user.substring("User:".length());
    return Map.of(
        "bootstrap.servers",
        address,
        "security.protocol",
        "SASL_PLAINTEXT",
        "sasl.mechanism",
        "PLAIN",
        "sasl.jaas.config",
        jaas("username=\"" + name + "\" password=\"" + PASSWORD + "\""));
  }

  @Override
  public void close() {
    admin.close();
    kafka.close();
  }

  private static String jaas(String options) {
    return "org.apache.kafka.common.security.plain.PlainLoginModule required " + options + ";";
  }
}
