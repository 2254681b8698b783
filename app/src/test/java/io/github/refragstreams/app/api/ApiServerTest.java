package io.github.refragstreams.app.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.config.HttpConfig;
import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.app.http.Routes;
import io.github.refragstreams.app.http.WebServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in, and what is refused at the start. */
class ApiServerTest {
  private static final String TOKEN = "a-token-of-some-length";
  private static final String PASSWORD = "changeit-1";

  @TempDir private Path folder;

  @Test
  void servesThisMachineByDefault() throws Exception {
    // When
    try (WebServer server = start(Map.of())) {
      // Then
      assertThat(server.url().getHost()).isEqualTo("127.0.0.1");
      assertThat(get(HttpClient.newHttpClient(), server.url(), "").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void doesNotServeOthersWithoutTokensAndTls() throws Exception {
    // When, Then
    assertThatThrownBy(() -> start(Map.of("http.host", "0.0.0.0")))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessage(
            "http.host is '0.0.0.0', which other machines reach; set http.tokens-file or the"
                + " environment variable REFRAG_HTTP_TOKEN; http.host is '0.0.0.0', which other"
                + " machines reach; set http.tls-store, or http.tls-ended-elsewhere: true where"
                + " something in front of it speaks TLS");
    assertThatThrownBy(() -> start(Map.of("http.host", "0.0.0.0", "http.token", TOKEN)))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("http.tls-store")
        .hasMessageNotContaining(TOKEN);
    assertThatThrownBy(
            () -> start(Map.of("http.host", "0.0.0.0", "http.tls-ended-elsewhere", "true")))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("REFRAG_HTTP_TOKEN");
    try (WebServer server =
        start(
            Map.of(
                "http.host", "0.0.0.0", "http.token", TOKEN, "http.tls-ended-elsewhere", "true"))) {
      URI local = URI.create("http://127.0.0.1:" + server.port());
      assertThat(get(HttpClient.newHttpClient(), local, TOKEN).statusCode()).isEqualTo(200);
      assertThat(get(HttpClient.newHttpClient(), local, TOKEN + "x").statusCode()).isEqualTo(401);
    }
  }

  @Test
  void tokensComeFromAFile() throws Exception {
    // Given
    Path file =
        Files.writeString(
            folder.resolve("tokens"), "# of the team\n\n" + TOKEN + "\nanother-one-as-long\n");
    // When
    try (WebServer server = start(Map.of("http.tokens-file", file.toString()))) {
      // Then
      HttpClient client = HttpClient.newHttpClient();
      assertThat(get(client, server.url(), TOKEN).statusCode()).isEqualTo(200);
      assertThat(get(client, server.url(), "another-one-as-long").statusCode()).isEqualTo(200);
      assertThat(get(client, server.url(), "# of the team").statusCode()).isEqualTo(401);
      assertThat(get(client, server.url(), "").statusCode()).isEqualTo(401);
    }
  }

  @Test
  void aTokenMayEndInANewline() throws Exception {
    // When
    try (WebServer server = start(Map.of("http.token", TOKEN + "\n"))) {
      // Then
      assertThat(get(HttpClient.newHttpClient(), server.url(), TOKEN).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void refusesTokensThatAreNoSecrets() throws Exception {
    // Given
    Path file = Files.writeString(folder.resolve("short"), "# one\nsesame\n");
    Path empty = Files.writeString(folder.resolve("empty"), "# none\n");
    // When, Then
    assertThatThrownBy(() -> start(Map.of("http.tokens-file", file.toString())))
        .hasMessage(file + ":2 is a token of 6 characters; expected at least 16");
    assertThatThrownBy(() -> start(Map.of("http.tokens-file", empty.toString())))
        .hasMessage("http.tokens-file is '" + empty + "', which holds no token");
    assertThatThrownBy(() -> start(Map.of("http.tokens-file", folder + "/none")))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("which cannot be read");
    assertThatThrownBy(() -> start(Map.of("http.token", "sesame")))
        .hasMessage("http.token is a token of 6 characters; expected at least 16");
  }

  @Test
  void speaksTlsWithAKeyStoreOrPem() throws Exception {
    // Given
    Path store = keyStore();
    KeyStore keys = load(store);
    Path pem = Files.writeString(folder.resolve("server.pem"), pem(keys));
    HttpClient trusting = HttpClient.newBuilder().sslContext(trusting(keys)).build();
    for (Map<String, String> settings :
        List.of(
            Map.of("http.tls-store", store.toString(), "http.tls-store-password", PASSWORD),
            Map.of("http.tls-store", pem.toString()))) {
      // When
      try (WebServer server = start(settings)) {
        // Then
        assertThat(server.url().getScheme()).isEqualTo("https");
        assertThat(get(trusting, server.url(), "").statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  void saysWhatIsWrongWithACertificate() throws Exception {
    // Given
    Path store = keyStore();
    // When, Then
    assertThatThrownBy(() -> start(Map.of("http.tls-store", folder + "/key.txt")))
        .hasMessage(
            "http.tls-store is '"
                + folder
                + "/key.txt'; expected a file that ends in .pem, .p12, .pfx or .jks");
    assertThatThrownBy(
            () ->
                start(
                    Map.of(
                        "http.tls-store", store.toString(), "http.tls-store-password", "wrong-1")))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageStartingWith("http.tls-store is '" + store + "', which cannot be used: ")
        .hasMessageNotContaining("wrong-1");
  }

  @Test
  void secretsAreNotPrinted() {
    // When
    HttpConfig config =
        AppConfig.load(null, Map.of(), Map.of("http.token", TOKEN, "http.tls-store-password", "pw"))
            .http();
    // Then
    assertThat(config.toString()).doesNotContain(TOKEN, "pw");
  }

  private static WebServer start(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("http.port", "0");
    return ApiServer.start(
        AppConfig.load(null, Map.of(), all).http(),
        new Routes().get("/", exchange -> exchange.reply(200, "ok")),
        new SimpleMeterRegistry());
  }

  private static HttpResponse<String> get(HttpClient client, URI url, String token)
      throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve("/"));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /** With a key pair whose certificate is good for 127.0.0.1. */
  private Path keyStore() throws Exception {
    Path file = folder.resolve("server.p12");
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(
        List.of("-genkeypair", "-alias", "server", "-keyalg", "EC", "-groupname", "secp256r1"));
    command.addAll(List.of("-dname", "CN=server", "-ext", "SAN=IP:127.0.0.1", "-validity", "3650"));
    command.addAll(List.of("-storetype", "PKCS12", "-keystore", file.toString()));
    command.addAll(List.of("-storepass", PASSWORD));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return file;
  }

  private static KeyStore load(Path file) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  private static String pem(KeyStore keys) throws Exception {
    return pem("PRIVATE KEY", keys.getKey("server", PASSWORD.toCharArray()).getEncoded())
        + pem("CERTIFICATE", keys.getCertificate("server").getEncoded());
  }

  private static String pem(String type, byte[] der) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n";
  }

  private static SSLContext trusting(KeyStore keys) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", keys.getCertificate("server"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
