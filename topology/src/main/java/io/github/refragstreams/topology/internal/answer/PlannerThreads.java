package io.github.refragstreams.topology.internal.answer;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The thread of the process on which answers are planned and cited. It ends when it is idle, so
 * nobody has to stop it.
 */
public final class PlannerThreads {
  private static final Executor SHARED = make();

  private PlannerThreads() {}

  public static Executor shared() {
    return SHARED;
  }

  private static Executor make() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "refrag-planner");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }
}
