package io.github.refragstreams.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.app.client.AnswerListener;
import io.github.refragstreams.app.client.AskedQuestion;
import io.github.refragstreams.app.client.RagClient;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.topics.ClusterException;
import io.github.refragstreams.app.topics.TopicAdmin;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.QueryOptions;
import io.github.refragstreams.topology.GroupProtocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every client of the program reaches a cluster that wants TLS and SASL, with the settings that the
 * security guide shows and secrets that lie in files.
 */
class SecureKafkaIT {
  /** Kafka's list of addresses that tokens may be fetched from. */
  private static final String ALLOWED_URLS = "org.apache.kafka.sasl.oauthbearer.allowed.urls";

  @TempDir private static Path folder;
  private static TokenIssuer issuer;
  private static SecureKafka secure;

  @BeforeAll
  static void start() throws IOException, GeneralSecurityException {
    issuer = new TokenIssuer();
    System.setProperty(ALLOWED_URLS, issuer.keysUrl() + "," + issuer.tokenUrl());
    secure = new SecureKafka(folder.resolve("broker"), issuer);
  }

  @AfterAll
  static void stop() {
    secure.close();
    issuer.close();
    System.clearProperty(ALLOWED_URLS);
  }

  @Test
  void answersOverTlsWithAPasswordFromAFile() throws IOException {
    // Given
    Path password = Files.writeString(folder.resolve("password"), SecureKafka.PASSWORD + "\n");
    // When, Then
    assertThat(answer(scram("${file:" + password + "}"))).isEqualTo("why?");
  }

  @Test
  void answersOverTlsWithATokenThatASecretFromAFileIsGoodFor() throws IOException {
    // Given
    Path secret = Files.writeString(folder.resolve("secret"), TokenIssuer.SECRET + "\n");
    // When, Then
    assertThat(answer(oauth("${file:" + secret + "}"))).isEqualTo("why?");
  }

  @Test
  void namesAWrongPasswordWithoutRepeatingIt() throws IOException {
    // Given
    AppConfig config = load(scram("hunter2"));
    try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
      // When, Then
      assertThatThrownBy(() -> admin.check(config.topology()))
          .isInstanceOf(ClusterException.class)
          .hasMessageContaining("Authentication failed")
          .hasMessageContaining("SCRAM-SHA-512")
          .hasMessageNotContaining("hunter2");
    }
  }

  @Test
  void doesNotTalkToABrokerWhoseCertificateNobodyTrusts() throws IOException {
    // Given: only what the JDK trusts
    AppConfig config = load(scram(SecureKafka.PASSWORD).replaceAll("  ssl\\..*\n", ""));
    try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
      // When, Then
      assertThatThrownBy(() -> admin.check(config.topology()))
          .isInstanceOf(ClusterException.class)
          .hasMessageContaining("SSL handshake failed");
    }
  }

  private static String answer(String yaml) throws IOException {
    AppConfig config = load(yaml);
    Map<String, String> settings = config.kafka();
    try (World world = new World(secure.kafka)) {
      try (TopicAdmin admin = new TopicAdmin(settings)) {
        admin.check(world.config);
      }
      try (Instance instance =
              new Instance(world, GroupProtocol.CLASSIC, new SumEncoder(1, 0), settings)
                  .startAndWait();
          RagClient client = new RagClient(settings, world.config.topics(), world.serdes, true)) {
        Answer answer =
            client.ask(
                AskedQuestion.of("why?", null, QueryOptions.newBuilder().build(), List.of()),
                AnswerListener.SILENT,
                Instance.PATIENCE);
        assertThat(instance.models.decoder.started()).containsExactly("why?");
        return answer.getText();
      }
    }
  }

  private static AppConfig load(String yaml) throws IOException {
    return AppConfig.load(
        Files.writeString(folder.resolve("refrag.yaml"), yaml), Map.of(), Map.of());
  }

  private static String scram(String password) {
    return tls()
        + """
          sasl.mechanism: SCRAM-SHA-512
          sasl.jaas.config: org.apache.kafka.common.security.scram.ScramLoginModule required username="%s" password="%s";
        """
            .formatted(SecureKafka.USER, password);
  }

  private static String oauth(String secret) {
    return tls()
        + """
          sasl.mechanism: OAUTHBEARER
          sasl.jaas.config: org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;
          sasl.login.callback.handler.class: org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler
          sasl.oauthbearer.token.endpoint.url: %s
          sasl.oauthbearer.client.credentials.client.id: %s
          sasl.oauthbearer.client.credentials.client.secret: "%s"
        """
            .formatted(issuer.tokenUrl(), TokenIssuer.CLIENT, secret);
  }

  private static String tls() {
    return """
    kafka:
      bootstrap.servers: %s
      security.protocol: SASL_SSL
      ssl.truststore.type: PEM
      ssl.truststore.location: %s
    """
        .formatted(secure.address, secure.certificate);
  }
}
