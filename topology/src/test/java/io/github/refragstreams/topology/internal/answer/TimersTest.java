package io.github.refragstreams.topology.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TimersTest {

  @Test
  void tellsWhatIsDueOnceInTheOrderOfTime() {
    // Given
    Timers timers = new Timers();
    timers.at(30, "c");
    timers.at(10, "a");
    timers.at(20, "b");
    // Then
    assertThat(timers.due(9)).isEmpty();
    assertThat(timers.due(20)).containsExactly("a", "b");
    assertThat(timers.due(Long.MAX_VALUE)).containsExactly("c");
    assertThat(timers.due(Long.MAX_VALUE)).isEmpty();
  }
}
