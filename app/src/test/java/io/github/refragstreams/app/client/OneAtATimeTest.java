package io.github.refragstreams.app.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** None waits for ever for another who waits for the cluster. */
@Timeout(60)
class OneAtATimeTest {
  private static final Duration EVER = Duration.ofDays(1);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CompletableFuture<String> cluster = new CompletableFuture<>();
  private final CountDownLatch atWork = new CountDownLatch(1);

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void givesUpWaitingForOneWhoWaitsForTheCluster() throws Exception {
    // Given
    OneAtATime one = new OneAtATime(Duration.ofMillis(1));
    Future<String> first = waiting(one);
    // When, Then
    assertThatThrownBy(() -> one.call(() -> "second")).isInstanceOf(BusyException.class);
    // When
    cluster.complete("first");
    // Then
    assertThat(first.get()).isEqualTo("first");
    assertThat(one.call(() -> "third")).isEqualTo("third");
  }

  @Test
  void noMoreThanAFewWaitForTheirTurn() throws Exception {
    // Given
    OneAtATime one = new OneAtATime(EVER);
    Future<String> first = waiting(one);
    // When: more than may wait
    CompletionService<String> others = new ExecutorCompletionService<>(threads);
    for (int i = 0; i < 9; i++) {
      others.submit(() -> one.call(() -> "other"));
    }
    // Then
    assertThatThrownBy(() -> others.take().get()).hasCauseInstanceOf(BusyException.class);
    // When
    cluster.complete("first");
    // Then
    assertThat(first.get()).isEqualTo("first");
    for (int i = 0; i < 8; i++) {
      assertThat(others.take().get()).isEqualTo("other");
    }
  }

  @Test
  void waitsForItsTurnWhileTheClusterAnswers() throws Exception {
    // Given
    OneAtATime one = new OneAtATime(EVER);
    Future<String> first = waiting(one);
    Future<String> second = waitingForItsTurn(() -> one.call(() -> "second"));
    // When
    cluster.complete("first");
    // Then
    assertThat(first.get()).isEqualTo("first");
    assertThat(second.get()).isEqualTo("second");
  }

  @Test
  void doesNotWaitAtAllWhileOneFindsOutWhetherTheClusterIsBack() throws Exception {
    // Given
    OneAtATime one = new OneAtATime(EVER);
    assertThatThrownBy(
            () ->
                one.call(
                    () -> {
                      throw new KafkaException("away");
                    }))
        .hasMessage("away");
    Future<String> trial = waiting(one);
    // When, Then
    assertThatThrownBy(() -> one.call(() -> "others")).isInstanceOf(TimeoutException.class);
    // When
    cluster.complete("back");
    // Then
    assertThat(trial.get()).isEqualTo("back");
    assertThat(one.call(() -> "others")).isEqualTo("others");
  }

  @Test
  void isClosedAfterTheLastOneAtWork() throws Exception {
    // Given
    OneAtATime one = new OneAtATime(EVER);
    Future<String> last = waiting(one);
    // When
    Future<Boolean> closed =
        waitingForItsTurn(
            () -> {
              CompletableFuture<Boolean> afterTheLast = new CompletableFuture<>();
              one.close(() -> afterTheLast.complete(cluster.isDone()));
              return afterTheLast.join();
            });
    cluster.complete("last");
    // Then
    assertThat(last.get()).isEqualTo("last");
    assertThat(closed.get()).isTrue();
  }

  /** One that has its turn, and waits for the cluster. */
  private Future<String> waiting(OneAtATime one) throws InterruptedException {
    Future<String> waiting =
        threads.submit(
            () ->
                one.call(
                    () -> {
                      atWork.countDown();
                      return cluster.join();
                    }));
    assertThat(atWork.await(60, TimeUnit.SECONDS)).isTrue();
    return waiting;
  }

  /** One that has called, and waits for the one at work. */
  private static <T> Future<T> waitingForItsTurn(Callable<T> call) {
    FutureTask<T> waiting = new FutureTask<>(call);
    Thread thread = new Thread(waiting);
    thread.setDaemon(true);
    thread.start();
    await()
        .until(
            () ->
                thread.getState() == Thread.State.WAITING
                    || thread.getState() == Thread.State.TIMED_WAITING);
    return waiting;
  }
}
