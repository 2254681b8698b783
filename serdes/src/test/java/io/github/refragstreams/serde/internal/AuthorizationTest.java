package io.github.refragstreams.serde.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class AuthorizationTest {
  @Test
  void sendsNothingByDefault() {
    assertThat(config(Map.of()).authorization()).isEmpty();
  }

  @Test
  void sendsUserAndPasswordOfTheSettings() {
    // When
    RestConfig plain =
        config(
            Map.of(
                "basic.auth.credentials.source", "USER_INFO",
                "basic.auth.user.info", "ann:sécret:x"));
    RestConfig prefixed =
        config(
            Map.of(
                "basic.auth.user.info", "bob:no",
                "schema.registry.basic.auth.user.info", "ann:sécret:x"));
    // Then
    assertThat(plain.authorization()).contains(basic("ann:sécret:x"));
    assertThat(prefixed.authorization()).contains(basic("ann:sécret:x"));
  }

  @Test
  void sendsUserAndPasswordOfTheUrlAndKeepsThemOutOfIt() {
    // When
    RestConfig config =
        config(
            Map.of("schema.registry.url", "http://a.example:1,http://ann:p%40ss@b.example:2/x/"));
    // Then
    assertThat(config.authorization()).contains(basic("ann:p@ss"));
    assertThat(config.addresses()).hasToString("[http://a.example:1, http://b.example:2/x]");
  }

  @Test
  void sendsABearerToken() {
    assertThat(config(Map.of("bearer.auth.token", "t0k3n")).authorization())
        .contains("Bearer t0k3n");
  }

  @Test
  void reachesTheServer() {
    // Given
    try (StubRegistry server = new StubRegistry();
        RestRegistry client =
            new RestRegistry(
                config(
                    Map.of("schema.registry.url", server.url(), "bearer.auth.token", "t0k3n")))) {
      server.on("GET /config", 200, "{\"compatibilityLevel\":\"NONE\"}");
      // When
      client.globalCompatibility();
      // Then
      assertThat(server.heard())
          .extracting(StubRegistry.Heard::authorization)
          .containsExactly("Bearer t0k3n");
    }
  }

  @Test
  void refusesBadSettingsWithoutTellingSecrets() {
    assertRefused("basic.auth.user.info", Map.of("basic.auth.user.info", "s3cret"));
    assertRefused("basic.auth.user.info", Map.of("basic.auth.credentials.source", "USER_INFO"));
    assertRefused("SASL_INHERIT", Map.of("basic.auth.credentials.source", "SASL_INHERIT"));
    assertRefused("OAUTHBEARER", Map.of("bearer.auth.credentials.source", "OAUTHBEARER"));
    assertRefused(
        "both", Map.of("basic.auth.user.info", "ann:s3cret", "bearer.auth.token", "s3cret"));
  }

  @Test
  void refusesBadAddressesWithoutTellingSecrets() {
    assertRefused("has scheme ftp", Map.of("schema.registry.url", "ftp://ann:s3cret@host"));
    assertRefused("has scheme mock", Map.of("schema.registry.url", "http://host,mock://x"));
    assertRefused("is not a URL", Map.of("schema.registry.url", "http://ann:s3cret@ho st"));
    assertRefused("has no host", Map.of("schema.registry.url", "http:///s3cret"));
    assertRefused("schema.registry.url", Map.of("schema.registry.url", "http://host?s3cret"));
  }

  private static void assertRefused(String message, Map<String, ?> settings) {
    assertThatThrownBy(() -> config(settings))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("xpected")
        .hasMessageNotContaining("s3cret");
  }

  private static RestConfig config(Map<String, ?> settings) {
    Map<String, Object> all = new HashMap<>(Map.of("schema.registry.url", "http://a.example"));
    all.putAll(settings);
    return new RestConfig(all);
  }

  private static String basic(String userInfo) {
    return "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8));
  }
}
