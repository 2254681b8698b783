package io.github.refragstreams.test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Threads that do the same at the same time, where a {@link Schedule} shows one order of many. */
public final class Race {
  private static final int MINUTES = 1;

  private Race() {}

  /** What one of the threads does. */
  @FunctionalInterface
  public interface Runner {
    /**
     * @param number of the thread, from 0
     * @param random its own
     */
    void run(int number, Random random) throws Exception;
  }

  /**
   * Lets them all begin together, and returns when all have ended.
   *
   * @throws AssertionError when one of them fails, or does not end within a minute
   */
  public static void of(int threads, long seed, Runner runner) throws InterruptedException {
    CyclicBarrier start = new CyclicBarrier(threads);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int number = i;
        all.add(
            pool.submit(
                () -> {
                  start.await();
                  runner.run(number, new Random(seed + number));
                  return null;
                }));
      }
      pool.shutdown();
      if (!pool.awaitTermination(MINUTES, TimeUnit.MINUTES)) {
        throw new AssertionError("not all of " + threads + " threads have ended");
      }
      for (Future<?> one : all) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new AssertionError("one of the threads has failed", e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }
}
