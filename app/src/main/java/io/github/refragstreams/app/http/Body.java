package io.github.refragstreams.app.http;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;

/** Reads the body of one request as it arrives, without a thread that waits. */
final class Body {
  private final Request request;
  private final int most;
  private final ByteArrayOutputStream read = new ByteArrayOutputStream();
  private final CompletableFuture<byte[]> whole = new CompletableFuture<>();

  private Body(Request request, int most) {
    this.request = request;
    this.most = most;
  }

  /**
   * @return completes on a thread of the server; fails with {@link HttpProblem} when the body is
   *     larger than {@code most} bytes, takes longer than {@code timeout} or breaks off
   */
  static CompletableFuture<byte[]> read(Request request, int most, Duration timeout) {
    Body body = new Body(request, most);
    if (request.getLength() > most) {
      body.tooLarge();
    } else {
      body.readAvailable();
    }
    return body.whole
        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(failure -> fail(failure, timeout));
  }

  private static byte[] fail(Throwable failure, Duration timeout) {
    throw failure instanceof TimeoutException
        ? new HttpProblem(
                408, "slow-body", "the body did not arrive within " + timeout.toSeconds() + " s")
            .withHeader("Connection", "close")
        : failure instanceof HttpProblem problem
            ? problem
            : new HttpProblem(400, "broken-body", "the body broke off");
  }

  private void readAvailable() {
    while (!whole.isDone()) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        request.demand(this::readAvailable);
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        whole.completeExceptionally(chunk.getFailure());
        return;
      }
      byte[] bytes = BufferUtil.toArray(chunk.getByteBuffer());
      chunk.release();
      if (read.size() + bytes.length > most) {
        tooLarge();
      } else {
        read.write(bytes, 0, bytes.length);
        if (chunk.isLast()) {
          whole.complete(read.toByteArray());
        }
      }
    }
  }

  private void tooLarge() {
    whole.completeExceptionally(
        new HttpProblem(
                413, "body-too-large", "the body has more than " + most + " bytes, the most here")
            .withHeader("Connection", "close"));
  }
}
