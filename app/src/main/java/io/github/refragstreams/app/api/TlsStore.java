package io.github.refragstreams.app.api;

import io.github.refragstreams.app.config.HttpConfig;
import io.github.refragstreams.app.config.InvalidConfigException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/** Key and certificates of the server, read the way Kafka reads a broker's. */
final class TlsStore {
  private static final Map<String, String> TYPES =
      Map.of("pem", "PEM", "p12", "PKCS12", "pfx", "PKCS12", "jks", "JKS");

  private TlsStore() {}

  /**
   * @return empty when none is configured
   * @throws InvalidConfigException when it cannot be used
   */
  static Optional<SSLContext> open(HttpConfig.Access access) {
    return access.tlsStore().map(file -> open(file, access.tlsPassword()));
  }

  private static SSLContext open(String file, Optional<String> password) {
    String ending = file.substring(file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    String type = TYPES.get(ending);
    if (type == null) {
      throw new InvalidConfigException(
          "http.tls-store is '"
              + file
              + "'; expected a file that ends in .pem, .p12, .pfx or .jks");
    }
    Map<String, Object> settings = new HashMap<>();
    settings.put(SslConfigs.SSL_KEYSTORE_TYPE_CONFIG, type);
    settings.put(SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG, file);
    password.ifPresent(
        secret -> {
          settings.put(SslConfigs.SSL_KEY_PASSWORD_CONFIG, secret);
          if (!type.equals("PEM")) {
            settings.put(SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG, secret);
          }
        });
    ConfigDef definition = new ConfigDef();
    SslConfigs.addClientSslSupport(definition);
    try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
      factory.configure(new AbstractConfig(definition, settings, false).values());
      return factory.sslContext();
    } catch (KafkaException e) {
      throw new InvalidConfigException(
          "http.tls-store is '" + file + "', which cannot be used: " + e.getMessage());
    }
  }
}
