package io.github.refragstreams.app.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MeasuredTest {
  @Test
  void printsATableAndItsFigures() {
    // Given
    Measured measured =
        new Measured(
            "encoding",
            List.of(Map.of("over alone", 0.754), Map.of("over alone", 75.4)),
            Map.of("n", 7));
    // Then
    assertThat(measured.text()).isEqualTo("over alone\n----------\n0.75\n75\nn: 7\n");
  }
}
