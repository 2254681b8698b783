package io.github.refragstreams.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static final int TIMES = 400;

  @Test
  void followsFromTheSeed() {
    assertThat(happened(7)).isEqualTo(happened(7)).isNotEqualTo(happened(8));
  }

  @Test
  void letsTurnsAndActsHappenByTheirWeights() {
    // When
    List<String> happened = happened(1);
    // Then: three turns for each act between them, and further acts in the middle of turns
    long turns = happened.stream().filter("turn"::equals).count();
    assertThat(turns).isBetween(TIMES * 2L / 3, TIMES * 5L / 6);
    assertThat(happened.size() - turns).isGreaterThan(TIMES - turns);
  }

  @Test
  void neverBeginsATurnInTheMiddleOfOne() {
    // Given
    Schedule schedule = new Schedule(3);
    List<Boolean> inTheMiddle = new ArrayList<>();
    boolean[] taking = {false};
    schedule
        .turn(
            1,
            () -> {
              assertThat(taking[0]).isFalse();
              taking[0] = true;
              schedule.meanwhile();
              taking[0] = false;
            })
        .act(1, () -> inTheMiddle.add(taking[0]));
    // When
    schedule.run(TIMES);
    // Then
    assertThat(inTheMiddle).contains(true, false);
  }

  @Test
  void isQuietWhenTold() {
    // Given
    Schedule schedule = new Schedule(3);
    List<String> happened = new ArrayList<>();
    schedule.turn(1, schedule::meanwhile).act(1, () -> happened.add("act"));
    // When
    schedule.quiet();
    for (int i = 0; i < TIMES; i++) {
      schedule.meanwhile();
    }
    // Then
    assertThat(happened).isEmpty();
  }

  private static List<String> happened(long seed) {
    Schedule schedule = new Schedule(seed);
    List<String> happened = new ArrayList<>();
    schedule
        .turn(
            3,
            () -> {
              happened.add("turn");
              schedule.meanwhile();
            })
        .act(1, () -> happened.add("act"));
    schedule.run(TIMES);
    return happened;
  }
}
