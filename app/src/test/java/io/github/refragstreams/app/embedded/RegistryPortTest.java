package io.github.refragstreams.app.embedded;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.serde.EventSerdeConfig;
import io.github.refragstreams.serde.SchemaRegistries;
import io.github.refragstreams.serde.SchemaRegistryClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RegistryPortTest {
  @Test
  void namesTheOptionOfAPortThatItCannotBind() throws IOException {
    // Given
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        SchemaRegistryClient registry =
            SchemaRegistries.open(Map.of(EventSerdeConfig.URL, "mock://embedded-registry"))) {
      int port = taken.getLocalPort();
      // When, Then
      assertThatThrownBy(() -> EmbeddedRegistry.start(registry, port))
          .isInstanceOf(InvalidConfigException.class)
          .hasMessageStartingWith("--registry-port is " + port + ", which cannot be bound")
          .hasMessageEndingWith("; choose another, or 0 for a free one");
    }
  }
}
