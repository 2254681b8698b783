package io.github.refragstreams.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.refragstreams.app.embedded.EmbeddedKafka;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;

/**
 * A broker that speaks TLS to those who show a password (SCRAM) or a token (OAUTHBEARER); at {@link
 * #kafka}'s own address it lets everybody in.
 */
final class SecureKafka implements AutoCloseable {
  static final String USER = "refrag";
  static final String PASSWORD = "a-scram-password";

  private static final String LISTENER = "listener.name.sasl_ssl.";
  private static final String STORE_PASSWORD = "changeit-1";

  final EmbeddedKafka kafka;
  final String address;

  /** What clients trust, in PEM. */
  final Path certificate;

  SecureKafka(Path folder, TokenIssuer issuer) throws IOException, GeneralSecurityException {
    Files.createDirectories(folder);
    Path keys = keyStore(folder.resolve("broker.p12"));
    certificate = Files.writeString(folder.resolve("broker.pem"), pem(keys));
    EmbeddedKafka.Ports ports = EmbeddedKafka.Ports.free();
    address = EmbeddedKafka.Ports.free().bootstrapServers();
    String open = "PLAINTEXT://" + ports.bootstrapServers();
    String secure = "SASL_SSL://" + address;
    Map<String, String> settings = new HashMap<>();
    settings.put(
        "listeners", open + "," + secure + ",CONTROLLER://127.0.0.1:" + ports.controller());
    settings.put("advertised.listeners", open + "," + secure);
    settings.put(
        "listener.security.protocol.map",
        "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL");
    settings.put("ssl.keystore.location", keys.toString());
    settings.put("ssl.keystore.password", STORE_PASSWORD);
    settings.put("ssl.keystore.type", "PKCS12");
    settings.put("sasl.enabled.mechanisms", "SCRAM-SHA-512,OAUTHBEARER");
    settings.put(
        LISTENER + "scram-sha-512.sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required;");
    String oauth = LISTENER + "oauthbearer.sasl.";
    settings.put(
        oauth + "jaas.config",
        "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;");
    settings.put(
        oauth + "server.callback.handler.class",
        "org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler");
    settings.put("sasl.oauthbearer.jwks.endpoint.url", issuer.keysUrl());
    settings.put("sasl.oauthbearer.expected.audience", TokenIssuer.AUDIENCE);
    kafka = EmbeddedKafka.start(folder.resolve("kafka"), ports, settings);
    addUser();
  }

  @Override
  public void close() {
    kafka.close();
  }

  private void addUser() {
    ScramCredentialInfo strength = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin
          .alterUserScramCredentials(
              List.of(new UserScramCredentialUpsertion(USER, strength, PASSWORD)))
          .all()
          .get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** With a key pair whose certificate is good for 127.0.0.1. */
  private static Path keyStore(Path file) throws IOException {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    List<String> command =
        List.of(
            keytool,
            "-genkeypair",
            "-alias",
            "broker",
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-dname",
            "CN=broker",
            "-ext",
            "SAN=IP:127.0.0.1",
            "-validity",
            "3650",
            "-storetype",
            "PKCS12",
            "-keystore",
            file.toString(),
            "-storepass",
            STORE_PASSWORD);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new IllegalStateException("keytool failed: " + output);
    }
    return file;
  }

  private static String pem(Path keys) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      store.load(in, STORE_PASSWORD.toCharArray());
    }
    byte[] certificate = store.getCertificate("broker").getEncoded();
    return "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
        .formatted(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate));
  }
}
