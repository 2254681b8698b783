package io.github.refragstreams.app.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** The YAML file as dotted names and values. */
final class ConfigFile {
  private ConfigFile() {}

  /**
   * @throws InvalidConfigException when the file is missing or is not a map in YAML 1.2
   */
  static Map<String, Setting> read(Path file) {
    String text = content(file);
    Object root = parse(file, text);
    Map<String, Setting> settings = new LinkedHashMap<>();
    if (root instanceof Map<?, ?> map) {
      flatten("", map, new Origins(file, lines(text)), settings);
    } else if (root != null) {
      throw new InvalidConfigException(file + ": the file must be a map of keys and values");
    }
    return settings;
  }

  private static String content(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new InvalidConfigException(file + ": no such file");
    } catch (IOException e) {
      throw new InvalidConfigException(file + ": cannot be read: " + e.getMessage());
    }
  }

  private static @Nullable Object parse(Path file, String text) {
    try {
      return new Load(LoadSettings.builder().setLabel(file.toString()).build())
          .loadFromString(text);
    } catch (MarkedYamlEngineException e) {
      String line = e.getProblemMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("");
      throw new InvalidConfigException(file + line + ": not valid YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      throw new InvalidConfigException(file + ": not valid YAML");
    }
  }

  /** The lines of keys by their dotted names. */
  private static Map<String, Integer> lines(String text) {
    Map<String, Integer> lines = new HashMap<>();
    new Compose(LoadSettings.builder().build())
        .composeString(text)
        .ifPresent(root -> addLines("", root, lines));
    return lines;
  }

  private static void addLines(String prefix, Node node, Map<String, Integer> lines) {
    if (node instanceof MappingNode map) {
      for (NodeTuple entry : map.getValue()) {
        if (entry.getKeyNode() instanceof ScalarNode key) {
          String name = prefix + key.getValue();
          key.getStartMark().ifPresent(mark -> lines.put(name, mark.getLine() + 1));
          addLines(name + ".", entry.getValueNode(), lines);
        }
      }
    }
  }

  /** Where a setting stands: the file, with the line of its key. */
  private record Origins(Path file, Map<String, Integer> lines) {
    String of(String name) {
      Integer line = lines.get(name);
      return line == null ? file.toString() : file + ":" + line;
    }
  }

  private static void flatten(
      String prefix, Map<?, ?> map, Origins origins, Map<String, Setting> settings) {
    map.forEach(
        (key, value) -> {
          String name = prefix + key;
          if (value instanceof Map<?, ?> nested) {
            flatten(name + ".", nested, origins, settings);
          } else if (value == null) {
            throw new InvalidConfigException(
                origins.of(name) + ": " + name + " has no value; give one or remove the key");
          } else if (settings.put(name, new Setting(value, origins.of(name))) != null) {
            throw new InvalidConfigException(origins.of(name) + ": " + name + " is set twice");
          }
        });
  }
}
