package io.github.refragstreams.topology.internal.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class InboxTest {
  private final Inbox<String> inbox = new Inbox<>(Duration.ofMinutes(1));
  private final List<String> handled = new ArrayList<>();

  @Test
  void handlesWhatIsThereInTheOrderInWhichItCame() {
    // Given
    inbox.add("a");
    inbox.add("b");
    // When
    inbox.tick(handled::add);
    inbox.tick(handled::add);
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
    inbox.awaitRoom(() -> handled.size() >= 3, handled::add);
    // Then
    assertThat(handled).containsExactly("a", "b", "c");
    model.join();
  }

  @Test
  void waitsNoLongerThanItMay() {
    // Given
    Inbox<String> quick = new Inbox<>(Duration.ofMillis(1));
    Inbox<String> never = new Inbox<>(Duration.ZERO);
    // When
    quick.awaitRoom(() -> false, handled::add);
    never.awaitRoom(() -> false, handled::add);
    // Then
    assertThat(handled).isEmpty();
  }

  @Test
  void waitsOnceForAllRecordsBetweenTwoTicks() {
    // Given: each look at the clock is a second later, and whoever waits gets something
    AtomicLong seconds = new AtomicLong();
    Inbox<String> busy =
        new Inbox<>(
            Duration.ofSeconds(3), () -> Duration.ofSeconds(seconds.getAndIncrement()).toNanos());
    BooleanSupplier full =
        () -> {
          busy.add("a");
          return false;
        };
    // When
    busy.awaitRoom(full, handled::add);
    // Then
    assertThat(handled).hasSize(3);
    // When: the wait is used up
    busy.awaitRoom(full, handled::add);
    busy.awaitRoom(full, handled::add);
    // Then
    assertThat(handled).hasSize(3);
    // When
    busy.tick(handled::add);
    busy.awaitRoom(full, handled::add);
    // Then
    assertThat(handled).hasSize(6);
  }

  @Test
  void handlesWhatIsThereWhenTheWaitIsUsedUp() {
    // Given
    Inbox<String> never = new Inbox<>(Duration.ZERO);
    never.add("a");
    never.add("b");
    // When
    never.awaitRoom(() -> false, handled::add);
    // Then
    assertThat(handled).containsExactly("a", "b");
  }

  @Test
  void doesNotWaitWhenThereIsRoom() {
    // When
    inbox.add("a");
    inbox.awaitRoom(() -> true, handled::add);
    // Then
    assertThat(handled).containsExactly("a");
  }

  @Test
  void keepsTheInterruptionOfItsThread() {
    // Given
    Thread.currentThread().interrupt();
    // When
    inbox.awaitRoom(() -> false, handled::add);
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
                inbox.tick(
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
                inbox.tick(
                    event -> {
                      throw migrated;
                    }))
        .isSameAs(migrated);
  }
}
