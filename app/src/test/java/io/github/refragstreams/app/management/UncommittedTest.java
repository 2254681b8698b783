package io.github.refragstreams.app.management;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class UncommittedTest {
  private final AtomicLong nanos = new AtomicLong();
  private final Uncommitted uncommitted = new Uncommitted(Duration.ofSeconds(60), nanos::get);

  @Test
  void workThatIsCommittedIsFine() {
    assertThat(after(0, 10, 1)).isZero();
    assertThat(after(50, 20, 2)).isZero();
    assertThat(after(50, 30, 3)).isZero();
  }

  @Test
  void workWithoutCommitCountsFromItsBegin() {
    // Given
    after(0, 10, 1);
    assertThat(after(10, 20, 1)).isZero();
    // Then
    assertThat(after(40, 30, 1)).isEqualTo(Duration.ofSeconds(40));
    assertThat(after(40, 40, 1)).isEqualTo(Duration.ofSeconds(80));
    assertThat(after(1, 41, 2)).isZero();
  }

  @Test
  void threadsThatAreReplacedAreNoCommit() {
    // Given: their counters begin anew
    after(0, 10, 5);
    after(10, 3, 0);
    // Then
    assertThat(after(30, 4, 0)).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void workThatIsLongOverHadNothingToCommit() {
    // Given
    after(0, 10, 1);
    after(10, 11, 1);
    // Then
    assertThat(after(60, 11, 1)).isEqualTo(Duration.ofSeconds(60));
    assertThat(after(1, 11, 1)).isZero();
    assertThat(after(600, 12, 1)).isZero();
  }

  private Duration after(int seconds, double work, double commits) {
    nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
    return uncommitted.since(work, commits);
  }
}
