package io.github.refragstreams.app.http;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** What is said to requests that are not well-formed enough to have a route, or come too late. */
final class Refusals implements Request.Handler {
  private static final Duration SOON = Duration.ofSeconds(1);

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    HttpProblem problem = problem(response.getStatus());
    byte[] body = Json.write(ErrorFormat.PROBLEM.body(problem));
    problem.headers().forEach(response.getHeaders()::put);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, ErrorFormat.PROBLEM.type());
    response.write(true, ByteBuffer.wrap(body), callback);
    return true;
  }

  private static HttpProblem problem(int status) {
    if (status == HttpStatus.SERVICE_UNAVAILABLE_503) {
      // On a connection that lives on, the next request would hear the same.
      return new HttpProblem(status, "stopping", "the server stops; ask another")
          .retryAfter(SOON)
          .withHeader("Connection", "close");
    }
    return status >= 500
        ? new HttpProblem(status, "internal-error", "the server failed; its log says more")
        : new HttpProblem(status, "malformed-request", "this is not a well-formed request");
  }
}
