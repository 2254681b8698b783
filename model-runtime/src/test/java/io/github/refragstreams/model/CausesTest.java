package io.github.refragstreams.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CausesTest {
  private static final IllegalStateException FAILURE =
      new IllegalStateException("failed", new IllegalArgumentException("why"));

  static Stream<Throwable> passedOn() {
    return Stream.of(
        FAILURE,
        new CompletionException(FAILURE),
        new ExecutionException(FAILURE),
        new ExecutionException(new CompletionException(new CompletionException(FAILURE))));
  }

  @ParameterizedTest
  @MethodSource("passedOn")
  void tellsWhatFailedHoweverManyFuturesPassedItOn(Throwable thrown) {
    assertThat(Causes.of(thrown)).isSameAs(FAILURE);
  }

  @Test
  void aFuturesFailureWithoutCauseIsWhatFailed() {
    // Given
    CompletionException failure = new CompletionException("failed", null);
    // Then
    assertThat(Causes.of(failure)).isSameAs(failure);
  }
}
