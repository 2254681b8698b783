package io.github.refragstreams.app.config;

import io.github.refragstreams.model.RuntimeConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be configured.
 *
 * @param bundle folder of the bundle
 * @param runtime how the models run
 * @param kafka settings of Kafka's clients, as they are
 */
public record AppConfig(Path bundle, RuntimeConfig runtime, Map<String, String> kafka) {
  public AppConfig {
    kafka = Map.copyOf(kafka);
  }

  /** Every key, in the order of the reference page. */
  public static List<Key<?>> keys() {
    List<Key<?>> keys = new ArrayList<>(ModelKeys.ALL);
    return keys;
  }

  /**
   * @param file the YAML file, if there is one
   * @param environment variables of the process
   * @param flags dotted names and values from the command line
   * @throws InvalidConfigException naming every mistake
   */
  public static AppConfig load(
      @Nullable Path file, Map<String, String> environment, Map<String, String> flags) {
    return ConfigSource.of(file, environment, flags, keys())
        .build(
            source ->
                new AppConfig(ModelKeys.bundle(source), ModelKeys.runtime(source), source.kafka()));
  }
}
