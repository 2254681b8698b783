package io.github.refragstreams.app.embedded;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes what it owns, last to first; one that fails does not keep the others open. */
public final class Resources implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(Resources.class);

  private final Deque<AutoCloseable> owned = new ArrayDeque<>();

  /** Takes a resource over, and returns it. */
  public synchronized <T extends AutoCloseable> T own(T resource) {
    owned.push(resource);
    return resource;
  }

  @Override
  public synchronized void close() {
    while (!owned.isEmpty()) {
      AutoCloseable resource = owned.pop();
      try {
        resource.close();
      } catch (Exception e) {
        LOGGER
            .atWarn()
            .addKeyValue("resource", resource.getClass().getSimpleName())
            .setCause(e)
            .log("could not be closed");
      }
    }
  }
}
