package io.github.refragstreams.app.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** The YAML file as dotted names and values. */
final class ConfigFile {
  private ConfigFile() {}

  /**
   * @throws InvalidConfigException when the file is missing or is not a map in YAML 1.2
   */
  static Map<String, Setting> read(Path file) {
    Object root = parse(file);
    Map<String, Setting> settings = new LinkedHashMap<>();
    if (root instanceof Map<?, ?> map) {
      flatten("", map, file.toString(), settings);
    } else if (root != null) {
      throw new InvalidConfigException(file + ": the file must be a map of keys and values");
    }
    return settings;
  }

  private static @Nullable Object parse(Path file) {
    try {
      String text = Files.readString(file);
      return new Load(LoadSettings.builder().setLabel(file.toString()).build())
          .loadFromString(text);
    } catch (NoSuchFileException e) {
      throw new InvalidConfigException(file + ": no such file");
    } catch (IOException e) {
      throw new InvalidConfigException(file + ": cannot be read: " + e.getMessage());
    } catch (MarkedYamlEngineException e) {
      String line = e.getProblemMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("");
      throw new InvalidConfigException(file + line + ": not valid YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      throw new InvalidConfigException(file + ": not valid YAML");
    }
  }

  private static void flatten(
      String prefix, Map<?, ?> map, String origin, Map<String, Setting> settings) {
    map.forEach(
        (key, value) -> {
          String name = prefix + key;
          if (value instanceof Map<?, ?> nested && !nested.isEmpty()) {
            flatten(name + ".", nested, origin, settings);
          } else if (value == null) {
            throw new InvalidConfigException(
                origin + ": " + name + " has no value; give one or remove the key");
          } else if (settings.put(name, new Setting(value, origin)) != null) {
            throw new InvalidConfigException(origin + ": " + name + " is set twice");
          }
        });
  }
}
