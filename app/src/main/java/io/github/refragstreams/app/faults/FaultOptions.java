package io.github.refragstreams.app.faults;

import io.github.refragstreams.topology.GroupProtocol;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a fault run is done; the faults are the {@link Schedule}'s.
 *
 * @param protocol how instances share the work
 * @param queries queries of each round, at least
 * @param session how long a silent instance stays a member of its group
 * @param models {@link #SLOW} or {@link #BUNDLE}
 * @param bundle folder of the bundle, where that is asked
 * @param folder data of the broker, state and logs of all processes; created where it is missing
 */
public record FaultOptions(
    GroupProtocol protocol,
    int queries,
    Duration session,
    String models,
    Path bundle,
    Path folder) {
  /** Models that take their time and compute next to nothing. */
  public static final String SLOW = "slow";

  /** The bundle's. */
  public static final String BUNDLE = "bundle";
}
