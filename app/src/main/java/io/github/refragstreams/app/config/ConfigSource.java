package io.github.refragstreams.app.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What file, environment and flags say, the later winning over the earlier. A key that no {@link
 * Key} describes is an error, except below {@code kafka.}, where everything is handed to Kafka as
 * it is.
 */
public final class ConfigSource {
  private static final String KAFKA = "kafka.";

  /** Variables that the launcher reads; they are not settings. */
  private static final List<String> LAUNCHER = List.of("REFRAG_JAVA_OPTS", "REFRAG_JAVA_HOME");

  /** Where it is set, Kafka's clients look such values up themselves. */
  private static final String KAFKA_PROVIDERS = KAFKA + "config.providers";

  private final Map<String, Setting> settings;
  private final References references;

  /** Each once, however often the key is read. */
  private final Set<String> problems;

  private ConfigSource(Map<String, Setting> settings, References references, Set<String> problems) {
    this.settings = settings;
    this.references = references;
    this.problems = problems;
  }

  /**
   * @param file the YAML file, if there is one
   * @param environment variables of the process; those without our prefix are ignored
   * @param flags dotted names and values from the command line
   * @param keys every key there is
   * @throws InvalidConfigException when the file cannot be read
   */
  public static ConfigSource of(
      @Nullable Path file,
      Map<String, String> environment,
      Map<String, String> flags,
      Collection<Key<?>> keys) {
    Map<String, Key<?>> byName =
        keys.stream().collect(Collectors.toMap(Key::name, Function.identity()));
    Set<String> problems = new LinkedHashSet<>();
    Map<String, Setting> settings = new LinkedHashMap<>();
    if (file != null) {
      settings.putAll(ConfigFile.read(file));
    }
    settings.putAll(fromEnvironment(environment, keys, problems));
    flags.forEach((name, value) -> settings.put(name, new Setting(value, "--set")));
    settings.forEach(
        (name, setting) -> {
          if (!byName.containsKey(name) && !name.startsWith(KAFKA)) {
            problems.add(
                setting.origin()
                    + ": unknown key '"
                    + name
                    + "'"
                    + suggestion(name, byName.keySet()));
          }
        });
    return new ConfigSource(settings, new References(environment), problems);
  }

  /** The value of {@code key}; its default when nobody has set it or it is written wrongly. */
  public <T> T get(Key<T> key) {
    Setting setting = settings.get(key.name());
    Optional<Object> value = setting == null ? Optional.empty() : resolved(key.name(), setting);
    if (setting == null || value.isEmpty()) {
      return key.defaultValue();
    }
    try {
      return key.type().read(value.get());
    } catch (IllegalArgumentException e) {
      problems.add(
          setting.origin()
              + ": "
              + key.name()
              + " is "
              + shown(key.name(), setting)
              + "; expected "
              + key.type().expected());
      return key.defaultValue();
    }
  }

  /** Whether somebody has set {@code key}. */
  public boolean sets(Key<?> key) {
    return settings.containsKey(key.name());
  }

  /**
   * Everything below {@code kafka.}, without that prefix. What Kafka would refuse is a problem; not
   * where it looks values up itself.
   */
  public Map<String, String> kafka() {
    boolean kafkaLooksUp = settings.containsKey(KAFKA_PROVIDERS);
    Map<String, String> kafka = new TreeMap<>();
    settings.forEach(
        (name, setting) -> {
          if (name.startsWith(KAFKA)) {
            Optional<Object> value =
                kafkaLooksUp ? Optional.of(setting.written()) : resolved(name, setting);
            value.ifPresent(
                each -> {
                  String own = name.substring(KAFKA.length());
                  kafka.put(own, text(each));
                  if (!kafkaLooksUp) {
                    KafkaDefinitions.problem(own, text(each))
                        .ifPresent(
                            why -> problems.add(setting.origin() + ": " + name + ": " + why));
                  }
                });
          }
        });
    return kafka;
  }

  /**
   * What is in force, with where it comes from: every key in its order, then what is handed to
   * Kafka.
   */
  public List<EffectiveSetting> effective(Collection<Key<?>> keys) {
    List<EffectiveSetting> all = new ArrayList<>();
    keys.forEach(key -> all.add(effective(key)));
    settings.forEach(
        (name, setting) -> {
          if (name.startsWith(KAFKA)) {
            all.add(effective(name, setting));
          }
        });
    return all;
  }

  private <T> EffectiveSetting effective(Key<T> key) {
    Setting setting = settings.get(key.name());
    if (setting == null) {
      return new EffectiveSetting(
          key.name(), key.type().write(key.defaultValue()), EffectiveSetting.DEFAULT);
    }
    // Its writer may have written off, which YAML 1.1 reads as a boolean.
    return setting.written() instanceof Boolean
        ? new EffectiveSetting(key.name(), key.type().write(get(key)), setting.origin())
        : effective(key.name(), setting);
  }

  private static EffectiveSetting effective(String name, Setting setting) {
    return new EffectiveSetting(
        name, Secrets.shown(name, text(setting.written())), setting.origin());
  }

  /**
   * Builds a record from values that were read.
   *
   * @throws InvalidConfigException with every problem so far, and what the record itself refuses
   */
  public <T> T build(Function<ConfigSource, T> record) {
    T built = null;
    try {
      built = record.apply(this);
    } catch (IllegalArgumentException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
    if (built == null || !problems.isEmpty()) {
      throw new InvalidConfigException(List.copyOf(problems));
    }
    return built;
  }

  private static Map<String, Setting> fromEnvironment(
      Map<String, String> environment, Collection<Key<?>> keys, Set<String> problems) {
    Map<String, String> names = keys.stream().collect(Collectors.toMap(Key::variable, Key::name));
    Map<String, Setting> settings = new TreeMap<>();
    environment.forEach(
        (variable, value) -> {
          if (!variable.startsWith(Key.ENVIRONMENT_PREFIX) || LAUNCHER.contains(variable)) {
            return;
          }
          String name = names.get(variable);
          String kafka = Key.ENVIRONMENT_PREFIX + "KAFKA_";
          if (name == null && variable.startsWith(kafka)) {
            name =
                KAFKA
                    + variable.substring(kafka.length()).toLowerCase(Locale.ROOT).replace('_', '.');
          }
          if (name == null) {
            problems.add(
                "environment: unknown variable '"
                    + variable
                    + "'"
                    + suggestion(variable, names.keySet()));
          } else {
            settings.put(name, new Setting(value, "environment variable " + variable));
          }
        });
    return settings;
  }

  /** The value with what it refers to; nothing, and a problem more, where that is not there. */
  private Optional<Object> resolved(String name, Setting setting) {
    try {
      return Optional.of(references.resolve(setting.written()));
    } catch (IllegalArgumentException e) {
      problems.add(setting.origin() + ": " + name + " " + e.getMessage());
      return Optional.empty();
    }
  }

  private static String text(Object value) {
    return value instanceof List<?> list
        ? list.stream().map(String::valueOf).collect(Collectors.joining(","))
        : String.valueOf(value);
  }

  private static String shown(String name, Setting setting) {
    String shown = Secrets.shown(name, String.valueOf(setting.written()));
    return shown.equals(Secrets.HIDDEN) ? shown : "'" + shown + "'";
  }

  private static String suggestion(String name, Collection<String> known) {
    return known.stream()
        .filter(candidate -> distance(name, candidate) <= Math.max(2, name.length() / 5))
        .min((a, b) -> Integer.compare(distance(name, a), distance(name, b)))
        .map(candidate -> "; did you mean '" + candidate + "'?")
        .orElse("");
  }

  /** Levenshtein distance. */
  private static int distance(String a, String b) {
    int[] costs = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      costs[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = costs[0];
      costs[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = costs[j];
        costs[j] = Math.min(replaced, Math.min(costs[j], costs[j - 1]) + 1);
      }
    }
    return costs[b.length()];
  }
}
