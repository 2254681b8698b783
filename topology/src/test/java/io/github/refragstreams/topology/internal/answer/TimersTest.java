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

  @Test
  void forgetsTimersOfQueriesThatAreGoneOnceThereAreMany() {
    // Given
    Timers timers = new Timers();
    for (int i = 0; i < 2_000; i++) {
      timers.at(i, "q" + i);
      timers.forget(id -> id.equals("q7"), 1);
    }
    // Then
    assertThat(timers.size()).isLessThan(1_100);
    assertThat(timers.due(10)).contains("q7");
  }
}
