package io.github.refragstreams.serde.internal;

import io.github.refragstreams.serde.EventSerdeConfig;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * Settings of the REST client; names are those of Confluent's client. Each may also be given with
 * {@code schema.registry.} in front, which wins; TLS settings must be, because those without belong
 * to Kafka's own connections.
 */
public final class RestConfig extends AbstractConfig {
  static final String BASIC_SOURCE = "basic.auth.credentials.source";
  static final String BASIC_USER_INFO = "basic.auth.user.info";
  static final String BEARER_SOURCE = "bearer.auth.credentials.source";
  static final String BEARER_TOKEN = "bearer.auth.token";
  static final String CONNECT_TIMEOUT = "http.connect.timeout.ms";
  static final String READ_TIMEOUT = "http.read.timeout.ms";
  static final String MAX_RETRIES = "max.retries";
  static final String RETRIES_WAIT = "retries.wait.ms";
  static final String RETRIES_MAX_WAIT = "retries.max.wait.ms";
  static final String MISSING_SIZE = "missing.cache.size";
  static final String MISSING_ID_TTL = "missing.id.cache.ttl.sec";
  static final String MISSING_SCHEMA_TTL = "missing.schema.cache.ttl.sec";

  private static final String PREFIX = "schema.registry.";

  private static final ConfigDef DEFINITION =
      new ConfigDef()
          .define(
              BASIC_SOURCE,
              ConfigDef.Type.STRING,
              "",
              ConfigDef.Importance.MEDIUM,
              "USER_INFO or URL; default USER_INFO where basic.auth.user.info is set, else URL.")
          .define(
              BASIC_USER_INFO,
              ConfigDef.Type.PASSWORD,
              "",
              ConfigDef.Importance.MEDIUM,
              "user:password")
          .define(
              BEARER_SOURCE,
              ConfigDef.Type.STRING,
              "STATIC_TOKEN",
              ConfigDef.Importance.LOW,
              "STATIC_TOKEN only.")
          .define(
              BEARER_TOKEN,
              ConfigDef.Type.PASSWORD,
              "",
              ConfigDef.Importance.MEDIUM,
              "Token to send.")
          .define(
              CONNECT_TIMEOUT,
              ConfigDef.Type.INT,
              5_000,
              ConfigDef.Range.atLeast(1),
              ConfigDef.Importance.LOW,
              "Longest wait for a connection.")
          .define(
              READ_TIMEOUT,
              ConfigDef.Type.INT,
              10_000,
              ConfigDef.Range.atLeast(1),
              ConfigDef.Importance.LOW,
              "Longest wait for a whole answer, connecting included.")
          .define(
              MAX_RETRIES,
              ConfigDef.Type.INT,
              3,
              ConfigDef.Range.atLeast(0),
              ConfigDef.Importance.LOW,
              "Further rounds over all addresses after the first has failed.")
          .define(
              RETRIES_WAIT,
              ConfigDef.Type.INT,
              200,
              ConfigDef.Range.atLeast(0),
              ConfigDef.Importance.LOW,
              "Longest wait before the first retry; doubles with each.")
          .define(
              RETRIES_MAX_WAIT,
              ConfigDef.Type.INT,
              5_000,
              ConfigDef.Range.atLeast(0),
              ConfigDef.Importance.LOW,
              "Longest wait before any retry.")
          .define(
              MISSING_SIZE,
              ConfigDef.Type.INT,
              1_000,
              ConfigDef.Range.atLeast(0),
              ConfigDef.Importance.LOW,
              "How many missing ids, and how many missing schemas, are remembered.")
          .define(
              MISSING_ID_TTL,
              ConfigDef.Type.INT,
              10,
              ConfigDef.Range.atLeast(0),
              ConfigDef.Importance.LOW,
              "Seconds that an unknown id is not asked for again.")
          .define(
              MISSING_SCHEMA_TTL,
              ConfigDef.Type.INT,
              10,
              ConfigDef.Range.atLeast(0),
              ConfigDef.Importance.LOW,
              "Seconds that a schema which a subject lacks is not looked up again.");

  private final List<URI> addresses;
  private final Optional<String> authorization;
  private final Optional<SSLContext> tls;

  /**
   * @throws ConfigException naming key, value (unless it is a secret) and expectation
   */
  public RestConfig(Map<String, ?> config) {
    super(DEFINITION, unprefixed(config), false);
    List<URI> given = Addresses.parse(new EventSerdeConfig(config).urls());
    addresses = given.stream().map(Addresses::withoutUserInfo).toList();
    authorization = Authorization.header(this, given);
    tls = Tls.context(prefixed(config));
  }

  /** Base URLs, without credentials and without a slash at the end; at least one. */
  List<URI> addresses() {
    return addresses;
  }

  /** Value of the Authorization header. */
  Optional<String> authorization() {
    return authorization;
  }

  /** Certificates other than the JVM's own. */
  Optional<SSLContext> tls() {
    return tls;
  }

  Duration connectTimeout() {
    return Duration.ofMillis(getInt(CONNECT_TIMEOUT));
  }

  Duration readTimeout() {
    return Duration.ofMillis(getInt(READ_TIMEOUT));
  }

  Backoff backoff() {
    return new Backoff(
        getInt(MAX_RETRIES),
        Duration.ofMillis(getInt(RETRIES_WAIT)),
        Duration.ofMillis(getInt(RETRIES_MAX_WAIT)));
  }

  int missingSize() {
    return getInt(MISSING_SIZE);
  }

  Duration missingIdTtl() {
    return Duration.ofSeconds(getInt(MISSING_ID_TTL));
  }

  Duration missingSchemaTtl() {
    return Duration.ofSeconds(getInt(MISSING_SCHEMA_TTL));
  }

  private static Map<String, Object> unprefixed(Map<String, ?> config) {
    Map<String, Object> all = new HashMap<>(config);
    all.putAll(prefixed(config));
    return all;
  }

  private static Map<String, Object> prefixed(Map<String, ?> config) {
    Map<String, Object> found = new HashMap<>();
    config.forEach(
        (key, value) -> {
          if (key.startsWith(PREFIX)) {
            found.put(key.substring(PREFIX.length()), value);
          }
        });
    return found;
  }
}
