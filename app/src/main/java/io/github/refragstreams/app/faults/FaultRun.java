package io.github.refragstreams.app.faults;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.service.Bundles;
import io.github.refragstreams.app.topics.TopicAdmin;
import io.github.refragstreams.model.ModelRuntime;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.Topics;
import io.github.refragstreams.topology.TopologyNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs a schedule: keeps asking, makes fault after fault happen in the middle of the work, and
 * checks the outputs after each round. For one thread.
 */
public final class FaultRun implements AutoCloseable {
  static final Duration ORPHAN_AFTER = Duration.ofSeconds(40);

  /** How long anything may take that must happen. */
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  /** How often to give an instance work until it reaches a phase, before it is hit where it is. */
  private static final int REACH_ATTEMPTS = 6;

  private static final Duration REACH = Duration.ofSeconds(2);

  /** A query's own patience: longer than all faults of a round take. */
  private static final Duration QUERY_PATIENCE = Duration.ofMinutes(10);

  private static final List<String> WAITING_STORES =
      List.of(TopologyNames.ENCODE_PENDING, TopologyNames.REQUESTS, TopologyNames.REQUEST_PASSAGES);

  private final FaultOptions options;
  private final Schedule schedule;
  private final Consumer<String> progress;
  private final Cluster cluster;
  private final AppConfig config;
  private final EventSerdes serdes;
  private final Traffic traffic;
  private final Observed observed;
  private final Ledger ledger = new Ledger();
  private final Workload workload;
  private final FailOver failOver = new FailOver();
  private final List<String> skipped = new ArrayList<>();
  private final AutoCloseable ownModels;
  private final Recomputed recomputed;
  private int kills;
  private int faults;

  private FaultRun(Schedule schedule, FaultOptions options, Consumer<String> progress) {
    this.schedule = schedule;
    this.options = options;
    this.progress = progress;
    this.cluster = new Cluster(options);
    this.config = cluster.config(0);
    this.serdes = new EventSerdes(config.kafka());
    try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
      admin.create(Topics.required(config.topology()), Optional.of((short) 1));
    }
    String servers = cluster.bootstrapServers();
    this.traffic = new Traffic(servers, config.topology().topics(), serdes);
    this.observed = new Observed(servers, config.topology().topics(), serdes);
    this.workload =
        new Workload(schedule.seed(), Cluster.PARTITIONS, QUERY_PATIENCE, traffic, ledger);
    Models models;
    if (options.models().equals(FaultOptions.SLOW)) {
      SlowModels slow = new SlowModels(Duration.ZERO);
      ownModels = slow;
      models = slow.models();
    } else {
      ModelRuntime runtime = Bundles.open(Bundles.read(config.bundle()), config.runtime());
      ownModels = runtime;
      models = runtime.models();
    }
    this.recomputed = new Recomputed(models, config.topology().answer());
  }

  /**
   * Runs all rounds, or stops after the first one in which something does not hold.
   *
   * @param progress receives a line for each thing that happens
   */
  public static FaultReport run(
      Schedule schedule, FaultOptions options, Consumer<String> progress) {
    try (FaultRun run = new FaultRun(schedule, options, progress)) {
      run.cluster.scale(1);
      return run.run();
    }
  }

  /**
   * Lets another build of the program begin, and replaces its instances one by one, in the middle
   * of their work: this build goes on with stores, topics and records in flight.
   *
   * @param before class path of the other build
   */
  public static FaultReport upgrade(
      String before, FaultOptions options, Consumer<String> progress) {
    Schedule schedule =
        new Schedule(
            0,
            List.of(
                List.of(
                    new Fault.Kill(0, Phase.TOKENS, true), new Fault.Kill(1, Phase.ENCODE, true))));
    try (FaultRun run = new FaultRun(schedule, options, progress)) {
      run.cluster.use(before);
      run.cluster.scale(2);
      run.cluster.use(ChildProcess.ownClassPath());
      return run.run();
    }
  }

  private FaultReport run() {
    List<String> violations = List.of();
    int round = 0;
    for (List<Fault> all : schedule.rounds()) {
      round++;
      progress.accept("round " + round);
      if (round > 1) {
        cluster.scale(1);
      }
      violations = round(all);
      if (!violations.isEmpty()) {
        break;
      }
    }
    return new FaultReport(
        schedule,
        round,
        ledger.queries().size(),
        observed.answers().size(),
        kills,
        faults,
        failOver.seconds(),
        failOver.lines(),
        violations,
        skipped);
  }

  private List<String> round(List<Fault> all) {
    workload.orphan();
    measure("no fault");
    int queries = Math.max(1, (options.queries() - Cluster.PARTITIONS) / all.size());
    try {
      for (Fault fault : all) {
        faults++;
        progress.accept(fault.toString());
        workload.send(Math.max(1, queries - Cluster.PARTITIONS));
        happen(fault);
        List<Integer> dead = cluster.dead();
        if (!dead.isEmpty()) {
          return List.of("instances " + dead + " have ended by themselves");
        }
      }
      return check();
    } catch (FaultRunException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
  }

  private void happen(Fault fault) {
    if (fault instanceof Fault.Kill kill) {
      kill(cluster.victim(kill.victim()), kill);
    } else if (fault instanceof Fault.Pause pause) {
      pause(cluster.victim(pause.victim()), pause);
    } else if (fault instanceof Fault.Scale scale) {
      cluster.scale(scale.instances());
      measure("scaling to " + scale.instances());
    } else if (fault instanceof Fault.KillBroker broker) {
      cluster.killBroker(broker.length());
      kills++;
      boolean isLong = broker.length().equals(Schedule.LONG_OUTAGE);
      measure(isLong ? "kill of the broker, long gone" : "kill of the broker");
    } else if (fault instanceof Fault.LoseRegistry registry) {
      loseRegistry(cluster.victim(registry.victim()), registry.length());
    } else if (fault instanceof Fault.FillDisk disk) {
      fillDisk(cluster.victim(disk.victim()), disk.length());
    }
  }

  private void kill(int victim, Fault.Kill kill) {
    reach(victim, kill.phase());
    cluster.kill(victim);
    kills++;
    if (kill.returns() || cluster.running().isEmpty()) {
      cluster.launch(victim);
      measure("kill, back at once");
    } else {
      measure("kill, taken over");
      cluster.launch(victim);
      cluster.awaitRunning(victim);
    }
  }

  private void pause(int victim, Fault.Pause pause) {
    ChildProcess process = cluster.instance(victim);
    reach(victim, pause.phase());
    process.suspend();
    Pause.of(pause.length());
    process.resume();
    process.tell(ParentPipe.RELEASE);
    measure(pause.length().equals(Schedule.LONG_PAUSE) ? "end of a long pause" : "end of a pause");
  }

  private void loseRegistry(int victim, Duration length) {
    cluster.registry().stop();
    cluster.kill(victim);
    kills++;
    cluster.launch(victim);
    Pause.of(length);
    cluster.registry().start();
    measure("return of the registry");
  }

  private void fillDisk(int victim, Duration length) {
    if (!ChildProcess.canFillDisks()) {
      skipped.add("a full disk needs prlimit (util-linux), which this system does not have");
      return;
    }
    ChildProcess process = cluster.instance(victim);
    process.fillDisk();
    // What it has to take over needs room.
    int other = cluster.running().stream().filter(i -> i != victim).findFirst().orElse(-1);
    if (other >= 0) {
      cluster.kill(other);
      kills++;
    }
    Pause.of(length);
    process.emptyDisk();
    if (other >= 0) {
      cluster.launch(other);
    }
    measure("end of a full disk");
  }

  /** Keeps an instance busy until it is in the middle of a phase. */
  private void reach(int victim, Phase phase) {
    ChildProcess process = cluster.instance(victim);
    process.forget();
    process.tell(ParentPipe.ARM + phase.name());
    boolean there = false;
    for (int attempt = 0; attempt < REACH_ATTEMPTS && !there; attempt++) {
      workload.send(Cluster.PARTITIONS);
      there = process.hears(ParentPipe.AT + phase, REACH);
    }
    if (!there) {
      String missed = "instance " + victim + " did not come to " + phase + ", and was hit before";
      progress.accept(missed);
      skipped.add(missed);
    }
  }

  /** Until a query to each partition is answered. */
  private void measure(String after) {
    long start = System.nanoTime();
    List<Asked> probes = workload.probe();
    boolean all =
        Pause.until(
            PATIENCE, () -> probes.stream().allMatch(probe -> observed.isAnswered(probe.id())));
    if (!all) {
      throw new FaultRunException(
          "no answer within "
              + PATIENCE.toSeconds()
              + " s after "
              + after
              + " to "
              + probes.stream().filter(probe -> !observed.isAnswered(probe.id())).toList());
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    failOver.took(after, seconds);
    progress.accept(String.format(Locale.ROOT, "%s: answers after %.1f s", after, seconds));
  }

  private List<String> check() {
    progress.accept("checking");
    List<Asked> answered =
        ledger.queries().values().stream()
            .filter(asked -> asked.kind() == Asked.Kind.WHOLE && observed.isAnswered(asked.id()))
            .toList();
    workload.late(answered.get(answered.size() / 2));
    awaitSettled();
    // Whatever would be answered a second time has come before this.
    measure("no fault");
    awaitSettled();
    Map<String, Integer> inFlight = inFlight();
    Outputs outputs =
        new Outputs(
            observed.answers(),
            observed.tokens(),
            observed.letters(),
            inFlight,
            Stored.read(cluster.bootstrapServers(), changelog(TopologyNames.CHUNK_EMBEDDINGS)));
    return Checks.violations(ledger, outputs, this::text, recomputed.vectors(ledger.texts()));
  }

  /** What does not come in time is missing from the outputs, which are checked then. */
  private void awaitSettled() {
    boolean settled =
        Pause.until(PATIENCE, this::isDone)
            && Pause.until(
                PATIENCE, () -> inFlight().values().stream().allMatch(entries -> entries == 0));
    if (!settled) {
      progress.accept("not settled after " + PATIENCE.toSeconds() + " s");
    }
  }

  /** Whether all is told that must be told. */
  private boolean isDone() {
    return ledger.queries().values().stream()
            .allMatch(
                asked -> asked.kind() == Asked.Kind.CANCELLED || observed.isAnswered(asked.id()))
        && observed.letters().containsAll(ledger.letters());
  }

  private Map<String, Integer> inFlight() {
    String servers = cluster.bootstrapServers();
    Map<String, Integer> entries = new LinkedHashMap<>();
    for (String store : WAITING_STORES) {
      entries.put(store, Stored.read(servers, changelog(store)).size());
    }
    return entries;
  }

  private String changelog(String store) {
    return config.applicationId() + "-" + store + "-changelog";
  }

  /** The bundle's answers depend on who was in the same batch, in the last bits. */
  private @Nullable String text(Asked asked) {
    return options.models().equals(FaultOptions.SLOW) ? recomputed.answer(asked) : null;
  }

  @Override
  public void close() {
    observed.close();
    traffic.close();
    serdes.close();
    cluster.close();
    try {
      ownModels.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
