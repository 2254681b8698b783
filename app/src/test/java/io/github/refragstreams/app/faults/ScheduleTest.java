package io.github.refragstreams.app.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  @Test
  void followsFromTheSeed() {
    assertThat(Schedule.of(7, 3)).isEqualTo(Schedule.of(7, 3)).isNotEqualTo(Schedule.of(8, 3));
  }

  @Test
  void addsRoundsWithoutChangingThoseBefore() {
    assertThat(Schedule.of(7, 5).rounds().subList(0, 2)).isEqualTo(Schedule.of(7, 2).rounds());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void hasEveryKindOfFaultInEachRound(long seed) {
    // When
    List<Fault> round = Schedule.of(seed, 1).rounds().get(0);
    // Then
    Set<Phase> killedAt = new HashSet<>();
    Set<Class<?>> kinds = new HashSet<>();
    for (Fault fault : round) {
      kinds.add(fault.getClass());
      if (fault instanceof Fault.Kill kill) {
        killedAt.add(kill.phase());
      }
    }
    assertThat(killedAt).containsExactlyInAnyOrder(Phase.values());
    assertThat(kinds).containsExactlyInAnyOrder(Fault.class.getPermittedSubclasses());
    assertThat(round.stream().filter(Fault.Scale.class::isInstance))
        .containsExactly(new Fault.Scale(3), new Fault.Scale(2));
  }

  @Test
  void printsEachFaultOnALineOfItsOwn() {
    // Given
    Schedule schedule = Schedule.of(7, 2);
    // When
    List<String> lines = schedule.toString().lines().toList();
    // Then
    assertThat(lines).hasSize(1 + 2 + 2 * schedule.rounds().get(0).size());
    assertThat(lines.get(0)).isEqualTo("schedule of seed 7");
    assertThat(lines).anyMatch(line -> line.matches(" {4}\\d+\\. kill victim \\d at tokens, .*"));
  }
}
