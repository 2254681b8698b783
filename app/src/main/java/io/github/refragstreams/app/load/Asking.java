package io.github.refragstreams.app.load;

import io.github.refragstreams.schemas.QueryOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Ways to ask the questions of a workload. For one thread.
 *
 * @param options how all of them are to be answered
 */
record Asking(LoadClient client, Workload workload, QueryOptions options) {
  /** Longest wait for an answer. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /** The same questions, answered in another way. */
  Asking with(QueryOptions other) {
    return new Asking(client, workload, other);
  }

  /** Asks every question once, a few at a time: then passages are cached and code is compiled. */
  void warmUp() {
    var unused = closed(4, workload.size());
  }

  /**
   * A closed loop: as many questions as {@code concurrency} are always without answer.
   *
   * @param questions how many are asked in all
   */
  Run closed(int concurrency, int questions) {
    Semaphore free = new Semaphore(concurrency);
    List<CompletableFuture<Served>> asked = new ArrayList<>();
    long start = System.nanoTime();
    for (int i = 0; i < questions; i++) {
      acquire(free);
      CompletableFuture<Served> answer = client.ask(workload.item(i).ask(options));
      var unused = answer.whenComplete((served, failure) -> free.release());
      asked.add(answer);
    }
    return await(asked, start);
  }

  /**
   * An open loop: questions come at random times, whatever becomes of those before; returns when
   * all of them are answered.
   *
   * @param perSecond questions per second, on average
   * @param seed decides when they come
   * @param each called now and then, with the seconds since the start
   */
  Run open(double perSecond, Duration duration, long seed, Consumer<Double> each) {
    SplittableRandom random = new SplittableRandom(seed);
    List<CompletableFuture<Served>> asked = new ArrayList<>();
    long start = System.nanoTime();
    double at = 0;
    while (true) {
      at -= Math.log(1 - random.nextDouble()) / perSecond;
      if (at * 1e9 > duration.toNanos()) {
        return await(asked, start);
      }
      long due = start + (long) (at * 1e9);
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      asked.add(client.ask(workload.item(asked.size()).ask(options)));
      each.accept(at);
    }
  }

  private static Run await(List<CompletableFuture<Served>> asked, long start) {
    List<Served> served = new ArrayList<>();
    for (CompletableFuture<Served> answer : asked) {
      try {
        served.add(answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join());
      } catch (CompletionException | CancellationException e) {
        // Counted below.
      }
    }
    long end = served.stream().mapToLong(Served::answeredNanos).max().orElse(System.nanoTime());
    return new Run(served, asked.size() - served.size(), (end - start) / 1e9);
  }

  private static void acquire(Semaphore free) {
    try {
      free.acquire();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
