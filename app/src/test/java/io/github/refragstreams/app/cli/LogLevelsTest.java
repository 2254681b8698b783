package io.github.refragstreams.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogLevelsTest {
  private static final String OURS = "refrag.log.level";
  private static final String KAFKA = "refrag.log.kafka.level";
  private static final List<String> PROPERTIES = List.of(OURS, KAFKA, "refrag.log.format");

  private final Map<String, @Nullable String> before = new HashMap<>();

  @BeforeEach
  void forget() {
    PROPERTIES.forEach(name -> before.put(name, System.clearProperty(name)));
  }

  @AfterEach
  void restore() {
    before.forEach(
        (name, value) -> {
          if (value == null) {
            System.clearProperty(name);
          } else {
            System.setProperty(name, value);
          }
        });
  }

  @ParameterizedTest
  @CsvSource({
    "run, INFO, WARN",
    "api, INFO, WARN",
    "console --no-browser, INFO, WARN",
    "--json-logs run, INFO, WARN",
    "run --debug, DEBUG, WARN",
    "ask --question run, WARN, ERROR",
    "demo, WARN, ERROR",
    "--help, WARN, ERROR"
  })
  void onlyServicesTellWhatAnOperatorWantsToKnow(String arguments, String ours, String kafka) {
    // When
    LogLevels.choose(List.of(arguments.split(" ")));
    // Then
    assertThat(System.getProperty(OURS)).isEqualTo(ours);
    assertThat(System.getProperty(KAFKA)).isEqualTo(kafka);
  }
}
