package io.github.refragstreams.app.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What goes wrong, in which order: follows from the seed alone. Each round has a fault of every
 * kind, and a kill in every phase; it begins with one instance, has three in its middle and ends
 * with two.
 *
 * @param rounds faults of each round, in their order
 */
public record Schedule(long seed, List<List<Fault>> rounds) {
  /** Longer than a session of 6 s: the group goes on without the one that is paused. */
  static final Duration LONG_PAUSE = Duration.ofSeconds(9);

  /** Longer than a commit waits for the broker: tasks are closed and begin anew then. */
  static final Duration LONG_OUTAGE = Cluster.MAX_BLOCK.multipliedBy(2);

  public Schedule {
    rounds = rounds.stream().map(List::copyOf).toList();
  }

  /**
   * @param rounds at least 1
   */
  public static Schedule of(long seed, int rounds) {
    List<List<Fault>> all = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      // A round does not depend on how many there are.
      all.add(round(new Random(31 * seed + round)));
    }
    return new Schedule(seed, all);
  }

  private static List<Fault> round(Random random) {
    List<Fault> faults = new ArrayList<>();
    for (Phase phase : Phase.values()) {
      faults.add(new Fault.Kill(random.nextInt(6), phase, random.nextBoolean()));
    }
    faults.add(new Fault.Pause(random.nextInt(6), phase(random), millis(random, 500, 2_000)));
    faults.add(new Fault.Pause(random.nextInt(6), phase(random), LONG_PAUSE));
    faults.add(new Fault.KillBroker(millis(random, 0, 2_000)));
    faults.add(new Fault.KillBroker(LONG_OUTAGE));
    faults.add(new Fault.LoseRegistry(random.nextInt(6), millis(random, 1_000, 4_000)));
    faults.add(new Fault.FillDisk(random.nextInt(6), millis(random, 1_000, 4_000)));
    Collections.shuffle(faults, random);
    int up = 1 + random.nextInt(faults.size() / 2);
    faults.add(up, new Fault.Scale(3));
    faults.add(up + 2 + random.nextInt(faults.size() - up - 2), new Fault.Scale(2));
    return faults;
  }

  private static Phase phase(Random random) {
    return Phase.values()[random.nextInt(Phase.values().length)];
  }

  private static Duration millis(Random random, int least, int most) {
    return Duration.ofMillis(least + random.nextInt(most - least));
  }

  /** One fault a line. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("schedule of seed " + seed + "\n");
    for (int round = 0; round < rounds.size(); round++) {
      text.append("  round ").append(round + 1).append('\n');
      int number = 1;
      for (Fault fault : rounds.get(round)) {
        text.append("    ").append(number++).append(". ").append(fault).append('\n');
      }
    }
    return text.toString();
  }
}
