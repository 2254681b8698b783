package io.github.refragstreams.topology.internal.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.topology.ErrorCode;
import io.github.refragstreams.topology.RetryConfig;
import io.github.refragstreams.topology.Stage;
import io.github.refragstreams.topology.internal.record.Origin;
import io.github.refragstreams.topology.internal.refusal.UnusableRecordException;
import io.github.refragstreams.topology.internal.store.Pending;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class RetryTest {
  private final Retry retry =
      new Retry(
          RetryConfig.defaults(),
          Stage.ANSWER,
          ErrorCode.QUERY_NOT_ANSWERABLE,
          new SimpleMeterRegistry().counter("retries"));
  private final Pending waiting =
      Pending.since(
          0, new Origin("topic", 0, 0, 0, new byte[0], new byte[0], new RecordHeaders()), null);

  @Test
  void refusesARecordThatADefectFailsOn() {
    // Given
    IllegalStateException defect = new IllegalStateException("defect");
    // Then
    assertThatThrownBy(() -> retry.after(new CompletionException(defect), waiting, 0))
        .isInstanceOfSatisfying(
            UnusableRecordException.class,
            refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.UNEXPECTED))
        .hasCause(defect);
  }

  @Test
  void blamesNoRecordWhereAnyWouldFail() {
    // Given
    ProcessorStateException broken = new ProcessorStateException("disk full");
    // Then
    assertThatThrownBy(() -> retry.after(new CompletionException(broken), waiting, 0))
        .isInstanceOf(StreamsException.class)
        .hasCause(broken);
  }

  @Test
  void aSuccessBeforeTheClockWasSetBackSaysNothing() {
    // Given
    ModelException broken = new ModelException(ModelException.Kind.MODEL, "broken");
    retry.succeeded(1_000);
    // When
    Pending later = retry.after(broken, waiting, 10);
    // Then
    assertThat(later.attempt()).isZero();
  }

  @Test
  void countsFailuresOfAModelThatWorksOnOthers() {
    // Given
    ModelException broken = new ModelException(ModelException.Kind.MODEL, "broken");
    // When: nothing has succeeded yet
    Pending first = retry.after(broken, waiting, 10);
    // Then
    assertThat(first.attempt()).isZero();
    // When: others succeed while it is tried again
    retry.succeeded(first.notBefore());
    Pending second = retry.after(broken, first, first.notBefore() + 1);
    // Then
    assertThat(second.attempt()).isEqualTo(1);
    // When: nothing succeeds any more
    Pending third = retry.after(broken, second, second.notBefore());
    // Then
    assertThat(third.attempt()).isEqualTo(1);
  }
}
