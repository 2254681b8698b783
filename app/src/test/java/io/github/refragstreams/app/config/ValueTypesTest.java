package io.github.refragstreams.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueTypesTest {
  private enum Mode {
    AUTO,
    FULL_TEXT
  }

  /** Helm reads YAML 1.1, in which {@code off} is no text. */
  @Test
  void takesTheOppositeOfTrueForOff() {
    assertThat(ValueTypes.textOrOff().read(false)).isEmpty();
    assertThat(ValueTypes.urlOrOff().read(false)).isEmpty();
    assertThat(ValueTypes.origins().read(false)).isEmpty();
    assertThat(ValueTypes.textOrOff().read("false")).hasValue("false");
  }

  @ParameterizedTest
  @CsvSource({
    "0s, 0, 0ms",
    "1500ms, 1500, 1500ms",
    "90 s, 90000, 90s",
    "2h, 7200000, 2h",
    "7d, 604800000, 7d"
  })
  void readsAndWritesTimes(String written, long millis, String again) {
    // When
    Duration read = ValueTypes.duration().read(written);
    // Then
    assertThat(read).isEqualTo(Duration.ofMillis(millis));
    assertThat(ValueTypes.duration().write(read)).isEqualTo(again);
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "", "5 parsecs", "5MiB", "-5s", "1.5s", "5S", "999999999999999d"})
  void refusesOtherTimes(String written) {
    assertThatThrownBy(() -> ValueTypes.duration().read(written))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"4ms", "2001ms", "1m"})
  void refusesTimesOutsideTheRange(String written) {
    ValueType<Duration> type = ValueTypes.duration(Duration.ofMillis(5), Duration.ofSeconds(2));
    assertThat(type.read("5ms")).isEqualTo(Duration.ofMillis(5));
    assertThat(type.read("2s")).isEqualTo(Duration.ofSeconds(2));
    assertThatThrownBy(() -> type.read(written)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "512B, 512, 512B",
    "64KiB, 65536, 64KiB",
    "1024KiB, 1048576, 1MiB",
    "2GiB, 2147483648, 2GiB"
  })
  void readsAndWritesSizes(String written, long bytes, String again) {
    assertThat(ValueTypes.size().read(written)).isEqualTo(bytes);
    assertThat(ValueTypes.size().write(bytes)).isEqualTo(again);
  }

  @ParameterizedTest
  @ValueSource(strings = {"64", "64kb", "64ms", "-1B"})
  void refusesOtherSizes(String written) {
    assertThatThrownBy(() -> ValueTypes.size().read(written))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "11", "1.5", "one", "99999999999"})
  void refusesIntegersOutsideTheRange(String written) {
    assertThatThrownBy(() -> ValueTypes.integer(1, 10).read(written))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void saysWhatIsExpected() {
    assertThat(ValueTypes.integer(1, 10).expected()).isEqualTo("a whole number from 1 to 10");
    assertThat(ValueTypes.integer(1).expected()).isEqualTo("a whole number, at least 1");
    assertThat(ValueTypes.oneOf(Mode.class).expected()).isEqualTo("one of auto, full-text");
    assertThat(ValueTypes.duration(Duration.ofSeconds(1)).expected())
        .isEqualTo("a time such as 500ms, 10s, 5m, 2h or 7d, at least 1s");
    assertThat(ValueTypes.duration(Duration.ofMillis(5), Duration.ofSeconds(2)).expected())
        .isEqualTo("a time such as 500ms, 10s, 5m, 2h or 7d, at least 5ms, at most 2s");
  }

  @Test
  void readsFractionsAndNames() {
    assertThat(ValueTypes.fraction().read(0.25)).isEqualTo(0.25f);
    assertThat(ValueTypes.oneOf(Mode.class).read("full-text")).isEqualTo(Mode.FULL_TEXT);
  }

  @Test
  void refusesOtherFractionsNamesAndTexts() {
    assertThatThrownBy(() -> ValueTypes.fraction().read("NaN"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ValueTypes.oneOf(Mode.class).read("AUTO"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ValueTypes.text().read(List.of("a")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
