package io.github.refragstreams.app.load;

import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.app.embedded.StateFolder;
import io.github.refragstreams.app.retriever.Factbook;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * How long a full cache keeps an instance from working: with its state, without it, and as a
 * standby.
 */
final class Restoring {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration SETTLED = Duration.ofSeconds(3);
  private static final int PASSAGES_PER_QUESTION = 10;

  private final LoadBench bench;
  private final List<Map<String, Object>> rows = new ArrayList<>();

  private Restoring(LoadBench bench) {
    this.bench = bench;
  }

  static Measured run(LoadBench bench) {
    return new Restoring(bench).measure();
  }

  private Measured measure() {
    List<Passage> corpus = new ArrayList<>(Factbook.passages());
    Collections.shuffle(corpus, new Random(bench.options().seed()));
    int count = Math.min(corpus.size(), bench.options().questions() * PASSAGES_PER_QUESTION);
    Setup setup = Setup.plain().with("kafka.num.standby.replicas", "1");
    try (Deployment deployment = bench.world().deploy(setup);
        StateFolder kept = StateFolder.create();
        StateFolder lost = StateFolder.create();
        StateFolder standby = StateFolder.create()) {
      var unused = new PassageStream(corpus.subList(0, count)).throughKafka(deployment);
      Member first = deployment.members().get(0);
      int tasks = first.activeTasks();
      // Its own folder, filled while it works, is the first one's to restart on.
      deployment.stop(first);
      restart("nothing: an empty folder", deployment, kept, tasks);
      restart("its own state, after a stop in good order", deployment, kept, tasks);
      restart("nothing: an empty folder", deployment, lost, tasks);
      takeOver(deployment, lost, standby, tasks);
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("passages", count);
      return new Measured("restore", rows, figures);
    }
  }

  private void restart(String starts, Deployment deployment, StateFolder state, int tasks) {
    long start = System.nanoTime();
    Member member = deployment.start(0, state);
    Deployment.await("restored stores", PATIENCE, () -> member.activeTasks() == tasks);
    double seconds = (System.nanoTime() - start) / 1e9;
    row("an instance that starts with " + starts, seconds, member.stateBytes());
    deployment.stop(member);
  }

  /** One instance goes, another one that has kept copies of its stores goes on. */
  private void takeOver(Deployment deployment, StateFolder state, StateFolder copies, int tasks) {
    Member leaving = deployment.start(0, state);
    Deployment.await("restored stores", PATIENCE, () -> leaving.activeTasks() == tasks);
    Member staying = deployment.start(1, copies);
    Deployment.await("copies of stores", PATIENCE, () -> staying.standbyTasks() > 0);
    settle(staying);
    long start = System.nanoTime();
    deployment.stop(leaving);
    Deployment.await("the standby to take over", PATIENCE, () -> staying.activeTasks() == tasks);
    row(
        "a standby, from the moment when the other one is told to stop",
        (System.nanoTime() - start) / 1e9,
        staying.stateBytes());
    // Before its folder goes.
    deployment.stop(staying);
  }

  /** Nobody writes: what its copies lack is as little as it gets once it stays the same. */
  private static void settle(Member staying) {
    long before;
    do {
      before = staying.lag();
      LockSupport.parkNanos(SETTLED.toNanos());
    } while (staying.lag() != before);
  }

  private void row(String what, double seconds, long bytes) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("works again", what);
    row.put("seconds", seconds);
    row.put("state MB", bytes / (double) (1 << 20));
    rows.add(row);
    bench.progress().accept(String.format(Locale.ROOT, "%s: %.1f s", what, seconds));
  }
}
