package io.github.refragstreams.model.internal.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.test.Race;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** One task at a time, in the order in which they came, and none after the close. */
class ThreadTaskRunnerTest {
  private static final int THREADS = 4;
  private static final int TASKS = 200;
  private static final long PATIENCE = 30;

  @RepeatedTest(10)
  void tasksOfOneThreadRunInItsOrderAndNoTwoAtOnce() throws InterruptedException {
    // Given
    List<List<Integer>> ran =
        Stream.<List<Integer>>generate(CopyOnWriteArrayList::new).limit(THREADS).toList();
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch all = new CountDownLatch(THREADS * TASKS);
    try (ThreadTaskRunner runner = new ThreadTaskRunner("tasks")) {
      // When
      Race.of(
          THREADS,
          7,
          (number, random) -> {
            for (int i = 0; i < TASKS; i++) {
              int task = i;
              runner.execute(
                  () -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    ran.get(number).add(task);
                    running.decrementAndGet();
                    all.countDown();
                  });
            }
          });
      // Then
      assertThat(all.await(PATIENCE, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(most).hasValue(1);
    assertThat(ran).allSatisfy(own -> assertThat(own).hasSize(TASKS).isSorted());
  }

  @Test
  void aTaskThatFailsDoesNotStopTheOthers() throws InterruptedException {
    CountDownLatch ran = new CountDownLatch(1);
    try (ThreadTaskRunner runner = new ThreadTaskRunner("tasks")) {
      runner.execute(
          () -> {
            throw new AssertionError("of a task");
          });
      runner.execute(ran::countDown);
      assertThat(ran.await(PATIENCE, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void theCloseWaitsForTheTaskThatRunsAndDropsThoseThatWait() throws InterruptedException {
    // Given
    CountDownLatch begun = new CountDownLatch(1);
    AtomicInteger ended = new AtomicInteger();
    AtomicInteger late = new AtomicInteger();
    ThreadTaskRunner runner = new ThreadTaskRunner("tasks");
    runner.execute(
        () -> {
          begun.countDown();
          Thread.yield();
          ended.incrementAndGet();
        });
    runner.schedule(Duration.ofHours(1), late::incrementAndGet);
    assertThat(begun.await(PATIENCE, TimeUnit.SECONDS)).isTrue();
    // When
    runner.close();
    runner.execute(late::incrementAndGet);
    // Then
    assertThat(ended).hasValue(1);
    assertThat(late).hasValue(0);
  }
}
