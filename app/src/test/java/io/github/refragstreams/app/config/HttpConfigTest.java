package io.github.refragstreams.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.app.config.HttpConfig.Access;
import io.github.refragstreams.app.config.HttpConfig.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpConfigTest {
  @TempDir private Path folder;

  @Test
  void isOffAndForThisMachineByDefault() {
    // When
    AppConfig config = AppConfig.load(null, Map.of(), Map.of());
    // Then
    assertThat(config.http())
        .isEqualTo(
            new HttpConfig(
                false,
                "127.0.0.1",
                8765,
                new Access(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    List.of()),
                new Limits(
                    1 << 20,
                    32 << 20,
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(1),
                    256,
                    1024,
                    600,
                    Duration.ofMinutes(2),
                    Duration.ofSeconds(20))));
  }

  @Test
  void readsEveryKey() throws IOException {
    // Given
    Path file =
        Files.writeString(
            folder.resolve("refrag.yaml"),
            """
            http:
              enabled: true
              host: 0.0.0.0
              port: 443
              tokens-file: tokens
              tls-store: server.pem
              tls-store-password: secret
              tls-ended-elsewhere: true
              cors-origins: [https://a.example, "http://b.example:8080"]
              max-body: 2MiB
              max-open-bytes: 3MiB
              body-timeout: 1s
              idle-timeout: 2s
              max-requests: 3
              max-connections: 4
              requests-per-minute: 5
              answer-timeout: 6s
              stop-wait: 7s
            """);
    // When
    AppConfig config = AppConfig.load(file, Map.of("REFRAG_HTTP_TOKEN", "sesame"), Map.of());
    // Then
    assertThat(config.http())
        .isEqualTo(
            new HttpConfig(
                true,
                "0.0.0.0",
                443,
                new Access(
                    Optional.of("sesame"),
                    Optional.of("tokens"),
                    Optional.of("server.pem"),
                    Optional.of("secret"),
                    true,
                    List.of("https://a.example", "http://b.example:8080")),
                new Limits(
                    2 << 20,
                    3 << 20,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2),
                    3,
                    4,
                    5,
                    Duration.ofSeconds(6),
                    Duration.ofSeconds(7))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http.cors-origins | *                 | '*'; expected off, or origins such as https://example.org
          http.cors-origins | https://a.example/x | 'https://a.example/x'; expected off, or origins
          http.max-body     | 0B                | '0B'; expected a size such as 512B, 64KiB, 16MiB or 1GiB, at least 1B, at most 1GiB
          http.max-body     | 2GiB              | at most 1GiB
          http.max-requests | 0                 | '0'; expected a whole number, at least 1
          http.idle-timeout | 10ms              | at least 1s
          """)
  void saysWhatIsExpected(String key, String value, String expected) {
    assertThatThrownBy(() -> AppConfig.load(null, Map.of(), Map.of(key, value)))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageStartingWith("--set: " + key + " is ")
        .hasMessageContaining(expected);
  }
}
