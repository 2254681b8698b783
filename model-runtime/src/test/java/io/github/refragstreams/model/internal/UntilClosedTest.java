package io.github.refragstreams.model.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.test.Race;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Nobody uses what has been released, and each call has an end. */
class UntilClosedTest {
  private static final int THREADS = 8;
  private static final int CALLS = 500;

  private final UntilClosed guard = new UntilClosed("the decoder");

  @RepeatedTest(20)
  void nothingIsInUseWhenItIsReleasedNorAfterwards() throws InterruptedException {
    // Given
    AtomicBoolean released = new AtomicBoolean();
    AtomicInteger users = new AtomicInteger();
    AtomicInteger ended = new AtomicInteger();
    // When
    Race.of(
        THREADS,
        7,
        (number, random) -> {
          for (int i = 0; i < CALLS; i++) {
            if (number == 0 && i == CALLS / 2) {
              guard.close(
                  () -> {
                    assertThat(users).hasValue(0);
                    released.set(true);
                  });
            }
            try {
              guard.use(
                  () -> {
                    users.incrementAndGet();
                    assertThat(released).isFalse();
                    Thread.yield();
                    return users.decrementAndGet();
                  });
            } catch (ModelException e) {
              assertThat(e.kind()).isEqualTo(ModelException.Kind.TRANSIENT);
              assertThat(released).isTrue();
            }
            ended.incrementAndGet();
          }
        });
    // Then
    assertThat(ended).hasValue(THREADS * CALLS);
    assertThat(released).isTrue();
    assertThat(users).hasValue(0);
  }

  @Test
  void aCallThatFailsIsNoUserAnyMore() {
    // Given
    assertThatThrownBy(
            () ->
                guard.use(
                    () -> {
                      throw new IllegalArgumentException("in use");
                    }))
        .hasMessage("in use");
    AtomicBoolean released = new AtomicBoolean();
    // When
    guard.close(() -> released.set(true));
    // Then
    assertThat(released).isTrue();
    assertThatThrownBy(() -> guard.use(() -> 1)).hasMessage("the decoder is closed");
  }
}
