package io.github.refragstreams.app.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CheckpointsTest {
  private final BlockingQueue<Phase> reached = new LinkedBlockingQueue<>();
  private final Checkpoints checkpoints = new Checkpoints(reached::add, Duration.ofMinutes(1));

  @Test
  void letsEverybodyPassWhoIsNotAskedToWait() {
    // When
    checkpoints.arm(Phase.TOKENS);
    checkpoints.pass(Phase.ENCODE);
    // Then
    assertThat(reached).isEmpty();
  }

  @Test
  void holdsTheFirstToComeUntilItIsReleased() throws Exception {
    // Given
    checkpoints.arm(Phase.TOKENS);
    // When
    CompletableFuture<Void> first =
        CompletableFuture.runAsync(() -> checkpoints.pass(Phase.TOKENS));
    assertThat(reached.poll(1, TimeUnit.MINUTES)).isEqualTo(Phase.TOKENS);
    checkpoints.pass(Phase.TOKENS);
    assertThat(first).isNotDone();
    checkpoints.release();
    first.get(1, TimeUnit.MINUTES);
    checkpoints.pass(Phase.TOKENS);
    // Then
    assertThat(List.copyOf(reached)).isEmpty();
  }

  @Test
  void holdsNobodyForEver() {
    // Given
    Checkpoints brief = new Checkpoints(reached::add, Duration.ofMillis(1));
    brief.arm(Phase.PREFILL);
    // When: it returns
    brief.pass(Phase.PREFILL);
    brief.pass(Phase.PREFILL);
    // Then
    assertThat(reached).containsExactly(Phase.PREFILL);
  }
}
