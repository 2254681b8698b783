package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.client.RagClient;
import io.github.refragstreams.app.service.AnsweringService;
import io.github.refragstreams.app.service.Shutdown;
import io.github.refragstreams.model.ModelRuntime;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What Ctrl-C and SIGTERM end in good order. */
final class Interrupted {
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private Interrupted() {}

  /** Has the model's call that runs finished, and none begun after it. */
  static ModelRuntime thenClose(ModelRuntime runtime) {
    Shutdown.before(runtime::close);
    return runtime;
  }

  /** Has questions that nobody waits for any more taken back. */
  static void thenClose(RagClient client) {
    Shutdown.before(client::close);
  }

  /**
   * Has the transaction finished and the group told; then the command, which waits for the end of
   * the service, may close everything else. Answers that are being generated go on where an
   * instance has their partition next.
   *
   * @param ended when the command has closed everything
   */
  static void thenClose(AnsweringService service, CountDownLatch ended) {
    Shutdown.before(
        () -> {
          service.close();
          try {
            var unused = ended.await(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }
}
