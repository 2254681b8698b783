package io.github.refragstreams.serde;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * The keys that {@link EventSerde} reads itself; names and defaults are those of Confluent's
 * serdes. Other keys are left to the registry client and to Kafka.
 */
public final class EventSerdeConfig extends AbstractConfig {
  /** Where the registry is: {@code mock://name}, or one or more base URLs with commas between. */
  public static final String URL = "schema.registry.url";

  /** Whether a writer registers the schema of its events; default true. */
  public static final String AUTO_REGISTER = "auto.register.schemas";

  /**
   * Whether a writer that does not register converts its events to the subject's newest schema,
   * rather than looking up the id of its own; default false. Readers always read the writer's
   * schema.
   */
  public static final String USE_LATEST = "use.latest.version";

  /** Seconds that a newest schema is used before it is asked for again; default -1: for ever. */
  public static final String LATEST_TTL = "latest.cache.ttl.sec";

  /** How subjects of values are named; default {@link SubjectNaming#TOPIC_NAME}. */
  public static final String VALUE_NAMING = "value.subject.name.strategy";

  /** How subjects of keys are named; default {@link SubjectNaming#TOPIC_NAME}. */
  public static final String KEY_NAMING = "key.subject.name.strategy";

  private static final ConfigDef DEFINITION =
      new ConfigDef()
          .define(
              URL,
              ConfigDef.Type.LIST,
              ConfigDef.NO_DEFAULT_VALUE,
              ConfigDef.Importance.HIGH,
              "mock://name, or base URLs of one registry with commas between.")
          .define(
              AUTO_REGISTER,
              ConfigDef.Type.BOOLEAN,
              true,
              ConfigDef.Importance.MEDIUM,
              "Whether writers register the schema of their events.")
          .define(
              USE_LATEST,
              ConfigDef.Type.BOOLEAN,
              false,
              ConfigDef.Importance.LOW,
              "Whether writers that do not register write with the subject's newest schema.")
          .define(
              LATEST_TTL,
              ConfigDef.Type.LONG,
              -1L,
              ConfigDef.Range.atLeast(-1),
              ConfigDef.Importance.LOW,
              "Seconds that a newest schema is used; -1: for ever.")
          .define(
              VALUE_NAMING,
              ConfigDef.Type.STRING,
              SubjectNaming.TOPIC_NAME.name(),
              ConfigDef.Importance.LOW,
              "How subjects of values are named.")
          .define(
              KEY_NAMING,
              ConfigDef.Type.STRING,
              SubjectNaming.TOPIC_NAME.name(),
              ConfigDef.Importance.LOW,
              "How subjects of keys are named.");

  /**
   * @param config may hold any other keys
   * @throws ConfigException naming key, value and expectation
   */
  public EventSerdeConfig(Map<String, ?> config) {
    super(DEFINITION, config, false);
    if (urls().isEmpty()) {
      throw new ConfigException(URL, "", "expected mock://name or at least one address");
    }
    // Bad values are refused here, not at the first record.
    naming(false);
    naming(true);
  }

  /** At least one address. */
  public List<String> urls() {
    return getList(URL);
  }

  boolean autoRegister() {
    return getBoolean(AUTO_REGISTER);
  }

  boolean useLatest() {
    return getBoolean(USE_LATEST);
  }

  /** How long a newest schema is used. */
  Duration latestTtl() {
    long seconds = getLong(LATEST_TTL);
    return seconds < 0 ? Duration.ofSeconds(Long.MAX_VALUE) : Duration.ofSeconds(seconds);
  }

  SubjectNaming naming(boolean key) {
    String name = key ? KEY_NAMING : VALUE_NAMING;
    return SubjectNaming.parse(name, String.valueOf(get(name)));
  }
}
