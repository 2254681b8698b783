package io.github.refragstreams.model.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NativesTest {
  private final List<String> closed = new ArrayList<>();

  @Test
  void closesTheLastGivenFirstAndCounts() {
    // Given
    int before = Natives.open();
    Natives natives = new Natives();
    AutoCloseable first = natives.own(() -> closed.add("first"));
    AutoCloseable second = natives.own(() -> closed.add("second"));
    assertThat(first).isNotSameAs(second);
    int open = Natives.open();
    // When
    natives.close();
    natives.close();
    // Then
    assertThat(open).isEqualTo(before + 2);
    assertThat(closed).containsExactly("second", "first");
    assertThat(Natives.open()).isEqualTo(before);
  }

  @Test
  void closesTheRestWhenOneFails() {
    // Given
    int before = Natives.open();
    Natives natives = new Natives();
    AutoCloseable good = natives.own(() -> closed.add("good"));
    AutoCloseable bad =
        natives.own(
            () -> {
              throw new IllegalArgumentException("bad");
            });
    assertThat(good).isNotSameAs(bad);
    // When / Then
    assertThatThrownBy(natives::close)
        .isInstanceOf(IllegalStateException.class)
        .hasRootCauseMessage("bad");
    assertThat(closed).containsExactly("good");
    assertThat(Natives.open()).isEqualTo(before);
  }
}
