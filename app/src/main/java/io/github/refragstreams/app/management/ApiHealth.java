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
    return report(true);
  }

  @Override
  public Report ready() {
    Following serving = api;
    Report report = report(serving == null || serving.canFollow());
    if (!stopping) {
      return report;
    }
    Map<String, String> checks = new LinkedHashMap<>(report.checks());
    checks.put("api", "stops");
    return new Report(false, checks);
  }

  @Override
  public Report live() {
    Following serving = api;
    boolean alive = serving == null || serving.follows();
    Map<String, String> checks = new LinkedHashMap<>();
    checks.put("outputs", alive ? "ok" : "nobody reads them any more");
    return new Report(alive, checks);
  }

  private Report report(boolean outputs) {
    boolean listens = api != null;
    Map<String, String> checks = new LinkedHashMap<>();
    checks.put("api", listens ? "listens" : "not started");
    if (listens) {
      checks.put("outputs", outputs ? "ok" : "cannot be read");
    }
    return new Report(listens && outputs, checks);
  }
}
