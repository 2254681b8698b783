package io.github.refragstreams.app.management;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a process is doing that serves the HTTP API and answers nothing itself. It is ready while the
 * cluster does not refuse to let it read what comes back from those that do, until it is told to
 * stop; live while the thread lives that reads it.
 */
public final class ApiHealth implements Probes {
  private volatile @Nullable Following api;

  private volatile boolean stopping;

  /** The API listens. */
  public void started(Following serving) {
    api = serving;
  }

  /** It takes nothing new from now on. */
  public void stopping() {
    stopping = true;
  }

  @Override
  public Report startup() {
    boolean started = api != null;
    return new Report(started, Map.of("api", started ? "listens" : "not started"));
  }

  @Override
  public Report ready() {
    Following serving = api;
    if (serving == null) {
      return startup();
    }
    boolean reads = serving.canFollow();
    Map<String, String> checks = new LinkedHashMap<>();
    checks.put("api", stopping ? "stops" : "listens");
    checks.put("outputs", reads ? "ok" : "cannot be read");
    return new Report(reads && !stopping, checks);
  }

  @Override
  public Report live() {
    Following serving = api;
    boolean alive = serving == null || serving.follows();
    return new Report(alive, Map.of("outputs", alive ? "ok" : "nobody reads them any more"));
  }
}
