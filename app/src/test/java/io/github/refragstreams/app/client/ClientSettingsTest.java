package io.github.refragstreams.app.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientSettingsTest {
  @Test
  void administrationDoesNotWaitForLong() {
    assertThat(ClientSettings.admin(Map.of()))
        .containsEntry("default.api.timeout.ms", "15000")
        .containsEntry("request.timeout.ms", "15000");
  }

  @ParameterizedTest
  @CsvSource({
    "request.timeout.ms, 30000",
    "request.timeout.ms, 5000",
    "default.api.timeout.ms, 10000",
    "default.api.timeout.ms, 90000"
  })
  void kafkaTakesATimeoutOfTheUser(String key, String value) {
    // Given
    Map<String, String> kafka = new HashMap<>();
    kafka.put("bootstrap.servers", "127.0.0.1:1");
    kafka.put(key, value);
    // When
    Map<String, Object> settings = ClientSettings.admin(kafka);
    // Then
    assertThat(settings).containsEntry(key, value);
    assertThatCode(() -> Admin.create(settings).close()).doesNotThrowAnyException();
  }

  @Test
  void settingsOfAdministrationOverrideThoseOfAll() {
    // Given
    Map<String, String> kafka =
        Map.of("request.timeout.ms", "30000", "admin.request.timeout.ms", "20000");
    // When, Then
    assertThat(ClientSettings.admin(kafka))
        .containsEntry("request.timeout.ms", "20000")
        .doesNotContainKey("default.api.timeout.ms");
  }
}
