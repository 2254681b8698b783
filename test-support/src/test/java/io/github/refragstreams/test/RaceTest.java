package io.github.refragstreams.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

class RaceTest {
  @Test
  void runsAllAtTheSameTimeEachWithRandomNumbersOfItsOwn() throws InterruptedException {
    // Given: nobody goes on before all are there
    Map<Integer, Integer> drawn = new ConcurrentHashMap<>();
    CyclicBarrier all = new CyclicBarrier(3);
    // When
    Race.of(
        3,
        7,
        (number, random) -> {
          all.await();
          drawn.put(number, random.nextInt());
        });
    // Then
    assertThat(drawn).containsOnlyKeys(0, 1, 2);
    assertThat(drawn.values()).doesNotHaveDuplicates();
  }

  @Test
  void failsWithTheFirstThatFails() {
    // Given
    IllegalStateException defect = new IllegalStateException("defect");
    // Then
    assertThatThrownBy(
            () ->
                Race.of(
                    2,
                    7,
                    (number, random) -> {
                      if (number == 1) {
                        throw defect;
                      }
                    }))
        .isInstanceOf(AssertionError.class)
        .hasCause(defect);
  }
}
