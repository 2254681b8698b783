package io.github.refragstreams.app.faults;

import java.time.Duration;
import java.util.Locale;

/** One thing that goes wrong. */
public sealed interface Fault {
  /**
   * SIGKILL of an instance.
   *
   * @param victim which of the running ones: its number modulo theirs
   * @param returns whether it starts again at once; else only after the others have taken over
   */
  record Kill(int victim, Phase phase, boolean returns) implements Fault {
    @Override
    public String toString() {
      return "kill victim " + victim + " at " + phase + (returns ? ", back at once" : ", gone");
    }
  }

  /**
   * SIGSTOP of an instance, SIGCONT later.
   *
   * @param victim which of the running ones: its number modulo theirs
   */
  record Pause(int victim, Phase phase, Duration length) implements Fault {
    @Override
    public String toString() {
      return "pause victim " + victim + " at " + phase + " for " + seconds(length);
    }
  }

  /** Instances join, or leave in good order. */
  record Scale(int instances) implements Fault {
    @Override
    public String toString() {
      return "scale to " + instances;
    }
  }

  /**
   * SIGKILL of the broker.
   *
   * @param length how long it is gone
   */
  record KillBroker(Duration length) implements Fault {
    @Override
    public String toString() {
      return "kill the broker, back after " + seconds(length);
    }
  }

  /**
   * The registry goes, an instance is killed and comes back without it.
   *
   * @param victim which of the running ones: its number modulo theirs
   */
  record LoseRegistry(int victim, Duration length) implements Fault {
    @Override
    public String toString() {
      return "no registry for " + seconds(length) + ", in which victim " + victim + " is killed";
    }
  }

  /**
   * No file of an instance can grow, while another one joins or leaves.
   *
   * @param victim which of the running ones: its number modulo theirs
   */
  record FillDisk(int victim, Duration length) implements Fault {
    @Override
    public String toString() {
      return "full disk of victim " + victim + " for " + seconds(length);
    }
  }

  private static String seconds(Duration length) {
    return String.format(Locale.ROOT, "%.1f s", length.toMillis() / 1e3);
  }
}
