package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.config.ManagementConfig;
import io.github.refragstreams.app.management.ManagementServer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Health and meters of the commands that serve. */
final class Management {
  private Management() {}

  /**
   * Starts the server and says where it is.
   *
   * @return null where it is switched off
   */
  static @Nullable ManagementServer serve(
      ManagementConfig config, Progress progress, Supplier<ManagementServer> start) {
    if (!config.enabled()) {
      return null;
    }
    ManagementServer server = start.get();
    progress.say("health and metrics on " + server.url());
    return server;
  }
}
