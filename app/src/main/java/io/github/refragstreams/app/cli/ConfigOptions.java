package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.config.ConfigSource;
import io.github.refragstreams.app.config.ModelKeys;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say where settings come from; the later in this list wins over the earlier. */
final class ConfigOptions {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "YAML file with settings; REFRAG_... variables override it.")
  private @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "One setting, for instance --set model.threads=1; overrides file and variables.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(names = "--bundle", paramLabel = "DIR", description = "Short for --set model.bundle=DIR.")
  private @Nullable String bundle;

  /**
   * @throws io.github.refragstreams.app.config.InvalidConfigException naming every mistake
   */
  AppConfig load() {
    return load(Map.of());
  }

  /**
   * The same, where the command has a default of its own.
   *
   * @param name of the key, which {@code --set} overrides
   */
  AppConfig loadOr(String name, String value) {
    return load(Map.of(name, settings.getOrDefault(name, value)));
  }

  /**
   * @param given settings that the command itself fixes
   */
  AppConfig load(Map<String, String> given) {
    return AppConfig.of(source(given));
  }

  /** What is written, not yet read. */
  ConfigSource source() {
    return source(Map.of());
  }

  private ConfigSource source(Map<String, String> given) {
    Map<String, String> flags = new LinkedHashMap<>(settings);
    if (bundle != null) {
      flags.put(ModelKeys.BUNDLE.name(), bundle);
    }
    flags.putAll(given);
    return ConfigSource.of(file, System.getenv(), flags, AppConfig.keys());
  }
}
