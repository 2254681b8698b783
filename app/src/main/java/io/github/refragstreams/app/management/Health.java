package io.github.refragstreams.app.management;

import io.github.refragstreams.app.service.AnsweringService;
import io.github.refragstreams.model.Models;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;

/**
 * How a process that answers is doing.
 *
 * <ul>
 *   <li>Startup: the bundle is loaded and the topology was started.
 *   <li>Ready: every task has run, with its stores restored, and tasks run or move; the models do
 *       not fail on everything; the HTTP API, where one is expected, listens and is not told to
 *       stop.
 *   <li>Live: the topology has not failed, and every stream thread, and every model that has work,
 *       has made progress within a bound; the models have not failed on everything for longer
 *       ({@link Trial}), and no work has gone on for longer without a commit; and the HTTP API,
 *       where it was started, can follow its questions.
 * </ul>
 *
 * Safe for use by many threads.
 */
public final class Health implements Probes {
  private static final String LISTENS = "listens";

  private final Duration stallAfter;
  private final LongSupplier nanos;
  private final Activity encoder;
  private final Activity planner;
  private final Activity decoder;
  private final Counters threads;
  private final Uncommitted uncommitted;

  /** Set when the bundle is loaded. */
  private volatile @Nullable Trial trial;

  private volatile @Nullable AnsweringService service;
  private volatile boolean apiExpected;
  private volatile @Nullable Following api;
  private volatile boolean stopping;
  private volatile boolean hasRun;

  /**
   * @param stallAfter longest time without progress while there is work
   */
  public Health(Duration stallAfter) {
    this(stallAfter, System::nanoTime);
  }

  Health(Duration stallAfter, LongSupplier nanos) {
    this.stallAfter = stallAfter;
    this.nanos = nanos;
    this.encoder = new Activity(nanos);
    this.planner = new Activity(nanos);
    this.decoder = new Activity(nanos);
    this.threads = new Counters(nanos);
    this.uncommitted = new Uncommitted(stallAfter, nanos);
  }

  /** The bundle is loaded; the topology must use what this returns. */
  public Models watch(Models models) {
    Trial ofModels = Trial.of(models, nanos);
    trial = ofModels;
    return WatchedModels.of(models, encoder, planner, decoder, ofModels);
  }

  /** The topology was started. */
  public void started(AnsweringService running) {
    service = running;
  }

  /** Questions come over HTTP, too: until {@link #serves}, nothing is ready. */
  public void expectApi() {
    apiExpected = true;
  }

  /** The HTTP API was started. */
  public void serves(Following started) {
    api = started;
  }

  /** The HTTP API takes nothing new from now on. */
  public void stopping() {
    stopping = true;
  }

  @Override
  public Report startup() {
    AnsweringService running = service;
    Map<String, String> checks = new LinkedHashMap<>();
    boolean bundleLoaded = trial != null;
    checks.put("bundle", bundleLoaded ? "loaded" : "loading");
    checks.put("topology", running == null ? "not started" : "started");
    return new Report(bundleLoaded && running != null, checks);
  }

  @Override
  public Report ready() {
    AnsweringService running = service;
    if (running == null) {
      return startup();
    }
    KafkaStreams.State state = running.state();
    if (state == KafkaStreams.State.RUNNING && running.hasTasks()) {
      hasRun = true;
    }
    // Another instance that comes or goes is no reason to send questions elsewhere.
    boolean up =
        state == KafkaStreams.State.RUNNING || (hasRun && state == KafkaStreams.State.REBALANCING);
    Map<String, String> checks = new LinkedHashMap<>();
    checks.put("topology", state.name());
    up &= modelsFailFor(checks) == null;
    if (apiExpected) {
      String serving = serving();
      checks.put("api", serving);
      up &= serving.equals(LISTENS);
    }
    return new Report(up, checks);
  }

  private String serving() {
    Following started = api;
    if (started == null) {
      return "not started";
    }
    if (stopping) {
      return "stops";
    }
    return started.canFollow() ? LISTENS : "answers cannot be read";
  }

  @Override
  public Report live() {
    Map<String, String> checks = new LinkedHashMap<>();
    boolean up = isGoingOn("encoder", encoder.stalled(), checks);
    up &= isGoingOn("planner", planner.stalled(), checks);
    up &= isGoingOn("decoder", decoder.stalled(), checks);
    Duration failing = modelsFailFor(checks);
    up &= failing == null || failing.compareTo(stallAfter) <= 0;
    AnsweringService running = service;
    if (running != null) {
      KafkaStreams.State state = running.state();
      checks.put("topology", state.name());
      up &= state != KafkaStreams.State.ERROR && state != KafkaStreams.State.PENDING_ERROR;
      up &= isGoingOn("stream threads", threads.stalled(running.polls()), checks);
      Duration fruitless = uncommitted.since(running.work(), running.commits());
      up &= isGoingOn("commits", fruitless, checks);
    }
    Following serving = api;
    if (serving != null) {
      checks.put("api", serving.follows() ? "ok" : "nobody reads the answers any more");
      up &= serving.follows();
    }
    return new Report(up, checks);
  }

  /** How long they have failed on everything; null when they work. */
  private @Nullable Duration modelsFailFor(Map<String, String> checks) {
    Trial asked = trial;
    Trial.Failing failing = asked == null ? null : asked.failing();
    if (failing == null) {
      checks.put("models", "ok");
      return null;
    }
    checks.put(
        "models", "fail on everything for " + failing.time().toSeconds() + " s: " + failing.why());
    return failing.time();
  }

  private boolean isGoingOn(String part, Duration stalled, Map<String, String> checks) {
    boolean going = stalled.compareTo(stallAfter) <= 0;
    checks.put(part, going ? "ok" : "no progress for " + stalled.toSeconds() + " s");
    return going;
  }
}
