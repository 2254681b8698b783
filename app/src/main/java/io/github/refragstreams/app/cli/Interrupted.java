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
   * Has answers that are being generated come to their end, then the transaction finished and the
   * group told; then the command, which waits for the end of the service, may close everything
   * else. What has not begun, and what takes too long, is answered where an instance has its
   * partition next.
   *
   * @param most how long answers that are being generated are waited for
   * @param ended when the command has closed everything
   */
  static void thenClose(AnsweringService service, Duration most, CountDownLatch ended) {
    Shutdown.before(
        () -> {
          try (service) {
            service.drain(most);
          }
          try {
            var unused = ended.await(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }
}
