package io.github.refragstreams.topology.internal.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class InboxTest {
  private final Inbox<String> inbox = new Inbox<>();
  private final List<String> handled = new ArrayList<>();

  @Test
  void handlesWhatIsThereInTheOrderInWhichItCame() {
    // Given
    inbox.add("a");
    inbox.add("b");
    // When
    inbox.drain(handled::add);
    inbox.drain(handled::add);
    // Then
    assertThat(handled).containsExactly("a", "b");
  }

  @Test
  void waitsForWorkUntilThereIsRoom() throws InterruptedException {
    // Given
    Thread model =
        new Thread(
            () -> {
              inbox.add("a");
              inbox.add("b");
              inbox.add("c");
            });
    // When
    model.start();
    inbox.drainUntil(() -> handled.size() >= 3, Duration.ofMinutes(1), handled::add);
    // Then
    assertThat(handled).containsExactly("a", "b", "c");
    model.join();
  }

  @Test
  void waitsNoLongerThanItMay() {
    // When
    inbox.drainUntil(() -> false, Duration.ofMillis(1), handled::add);
    inbox.drainUntil(() -> false, Duration.ZERO, handled::add);
    // Then
    assertThat(handled).isEmpty();
  }

  @Test
  void doesNotWaitWhenThereIsRoom() {
    // When
    inbox.add("a");
    inbox.drainUntil(() -> true, Duration.ofMinutes(1), handled::add);
    // Then
    assertThat(handled).containsExactly("a");
  }

  @Test
  void keepsTheInterruptionOfItsThread() {
    // Given
    Thread.currentThread().interrupt();
    // When
    inbox.drainUntil(() -> false, Duration.ofMinutes(1), handled::add);
    // Then
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void blamesNoRecordForAHandlerThatFails() {
    // Given
    IllegalStateException defect = new IllegalStateException("defect");
    inbox.add("a");
    // Then
    assertThatThrownBy(
            () ->
                inbox.drain(
                    event -> {
                      throw defect;
                    }))
        .isInstanceOf(StreamsException.class)
        .hasCause(defect);
  }

  @Test
  void letsKafkaStreamsHaveItsOwnExceptions() {
    // Given
    TaskMigratedException migrated = new TaskMigratedException("fenced");
    inbox.add("a");
    // Then
    assertThatThrownBy(
            () ->
                inbox.drain(
                    event -> {
                      throw migrated;
                    }))
        .isSameAs(migrated);
  }
}
