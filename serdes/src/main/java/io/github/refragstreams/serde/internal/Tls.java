package io.github.refragstreams.serde.internal;

import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/** Trust store and key store (JKS, PKCS12 or PEM), read the way Kafka's clients read theirs. */
final class Tls {
  private static final String PREFIX = "ssl.";

  private Tls() {}

  /**
   * @param settings keys start with {@code ssl.}; others are not looked at
   * @return empty when there are no such keys: the JVM's own trust store then counts
   * @throws ConfigException when a store cannot be read, or host names should go unchecked
   */
  static Optional<SSLContext> context(Map<String, ?> settings) {
    if (settings.keySet().stream().noneMatch(key -> key.startsWith(PREFIX))) {
      return Optional.empty();
    }
    ConfigDef definition = new ConfigDef();
    SslConfigs.addClientSslSupport(definition);
    AbstractConfig config = new AbstractConfig(definition, settings, false);
    String check = config.getString(SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG);
    if (!"https".equalsIgnoreCase(check)) {
      throw new ConfigException(
          "schema.registry." + SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG,
          check,
          "the registry's host name is always checked; expected https");
    }
    try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
      factory.configure(config.values());
      return Optional.of(factory.sslContext());
    } catch (KafkaException e) {
      ConfigException named =
          new ConfigException("schema.registry.ssl.*: cannot be used: " + e.getMessage());
      named.initCause(e);
      throw named;
    }
  }
}
