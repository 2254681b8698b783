package io.github.refragstreams.app.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.config.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Settings that pages name are settings, and have values that are taken. */
class SettingsTest {
  private static final Map<String, Key<?>> KEYS =
      AppConfig.keys().stream().collect(Collectors.toMap(Key::name, Function.identity()));
  private static final Set<String> SECTIONS =
      KEYS.keySet().stream()
          .map(name -> name.substring(0, name.indexOf('.')))
          .collect(Collectors.toSet());

  /** A key in inline code, perhaps with a value. */
  private static final Pattern MENTION =
      Pattern.compile("(" + String.join("|", SECTIONS) + ")(\\.[a-z][a-z-]*)+(: .*|=.*)?");

  /** Files that are called like settings of {@code model}. */
  private static final Set<String> FILES = Set.of("model.onnx", "model.safetensors");

  @Test
  void everySettingOfAFileIsOne() {
    // When
    List<String> problems = new ArrayList<>();
    int files = 0;
    for (Page page : Page.all()) {
      for (Page.Block block : page.blocks()) {
        Map<?, ?> settings = settings(block);
        if (!settings.isEmpty()) {
          files++;
          problems(settings, "").forEach(problem -> problems.add(page.path() + ": " + problem));
        }
      }
    }
    // Then
    assertThat(problems).isEmpty();
    assertThat(files).isGreaterThan(4);
  }

  @Test
  void everySettingThatIsNamedIsOne() {
    // When
    List<String> named =
        Page.all().stream()
            .filter(page -> !page.path().endsWith("CHANGELOG.md"))
            .flatMap(
                page ->
                    page.spans().stream()
                        .filter(span -> MENTION.matcher(span).matches())
                        .filter(span -> !FILES.contains(span))
                        .map(span -> page.path() + ": " + span.replaceFirst("[:=].*", "")))
            .toList();
    // Then
    assertThat(named).hasSizeGreaterThan(200);
    assertThat(named).filteredOn(each -> !exists(each.replaceFirst(".*: ", ""))).isEmpty();
  }

  @Test
  void seesWhatIsWrong() {
    assertThat(problems(Map.of("answer", Map.of("deadlines", "5s")), ""))
        .containsExactly("answer.deadlines is no setting");
    assertThat(problems(Map.of("answer.deadline", "soon"), ""))
        .singleElement()
        .asString()
        .startsWith("answer.deadline is soon; expected a time");
    assertThat(problems(Map.of("answer", Map.of("deadline", "5s")), "")).isEmpty();
  }

  /** What a block of a configuration file says; nothing where it is something else in YAML. */
  private static Map<?, ?> settings(Page.Block block) {
    if (!block.language().equals("yaml")) {
      return Map.of();
    }
    Object root =
        new Load(LoadSettings.builder().build()).loadFromString(String.join("\n", block.lines()));
    return root instanceof Map<?, ?> map
            && map.keySet().stream()
                .map(key -> String.valueOf(key).replaceFirst("\\..*", ""))
                .allMatch(section -> section.equals("kafka") || SECTIONS.contains(section))
        ? map
        : Map.of();
  }

  private static List<String> problems(Map<?, ?> settings, String prefix) {
    return settings.entrySet().stream()
        .flatMap(
            entry -> {
              String name = prefix + entry.getKey();
              return entry.getValue() instanceof Map<?, ?> nested
                  ? problems(nested, name + ".").stream()
                  : problem(name, entry.getValue());
            })
        .toList();
  }

  private static Stream<String> problem(String name, Object value) {
    if (name.startsWith("kafka.")) {
      return Stream.empty();
    }
    Key<?> key = KEYS.get(name);
    if (key == null) {
      return Stream.of(name + " is no setting");
    }
    try {
      key.type().read(value);
      return Stream.empty();
    } catch (IllegalArgumentException e) {
      return Stream.of(name + " is " + value + "; expected " + key.type().expected());
    }
  }

  /** A key, or the beginning of some, such as {@code retriever.dense}. */
  private static boolean exists(String name) {
    return KEYS.keySet().stream().anyMatch(key -> key.equals(name) || key.startsWith(name + "."));
  }
}
