package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.client.RagClient;

/** What Ctrl-C and SIGTERM end in good order. */
final class Interrupted {
  private Interrupted() {}

  /** Has questions that nobody waits for any more taken back. */
  static void thenClose(RagClient client) {
    Runtime.getRuntime().addShutdownHook(new Thread(client::close, "refrag-shutdown"));
  }
}
