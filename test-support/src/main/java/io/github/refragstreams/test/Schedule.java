package io.github.refragstreams.test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Lets things happen in an order that a seed decides on, and nothing else does: what goes wrong
 * under a seed goes wrong under it again.
 *
 * <p>What is tested has turns. What other threads do happens between two turns, and also in the
 * middle of one, where a fake calls {@link #meanwhile}. For one thread.
 */
public final class Schedule {
  /** In the middle of a turn, the others act in one of so many cases, and then perhaps again. */
  private static final int MEANWHILE = 4;

  private final Random random;
  private final List<Runnable> turns = new ArrayList<>();
  private final List<Runnable> acts = new ArrayList<>();
  private boolean quiet;

  public Schedule(long seed) {
    random = new Random(seed);
  }

  /** Decides on whatever else is to be decided. */
  public Random random() {
    return random;
  }

  /**
   * Something that never happens in the middle of itself or of another turn.
   *
   * @param weight how often it happens, beside the weights of all else
   */
  public Schedule turn(int weight, Runnable turn) {
    add(turns, weight, turn);
    return this;
  }

  /**
   * Something that others do at any time.
   *
   * @param weight how often it happens, beside the weights of all else
   */
  public Schedule act(int weight, Runnable act) {
    add(acts, weight, act);
    return this;
  }

  /** Lets so many things happen, and more in the middle of them. */
  public void run(int times) {
    List<Runnable> all = new ArrayList<>(turns);
    all.addAll(acts);
    for (int i = 0; i < times; i++) {
      one(all);
    }
  }

  /** In the middle of a turn: perhaps others act. */
  public void meanwhile() {
    while (!quiet && !acts.isEmpty() && random.nextInt(MEANWHILE) == 0) {
      one(acts);
    }
  }

  /** From now on, nobody acts in the middle of a turn. */
  public void quiet() {
    quiet = true;
  }

  private void one(List<Runnable> all) {
    all.get(random.nextInt(all.size())).run();
  }

  private static void add(List<Runnable> all, int weight, Runnable one) {
    for (int i = 0; i < weight; i++) {
      all.add(one);
    }
  }
}
