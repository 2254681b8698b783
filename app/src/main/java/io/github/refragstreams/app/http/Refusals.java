package io.github.refragstreams.app.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** What is said to requests that are not well-formed enough to have a route. */
final class Refusals implements Request.Handler {
  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    HttpProblem problem =
        status >= 500
            ? new HttpProblem(status, "internal-error", "the server failed; its log says more")
            : new HttpProblem(status, "malformed-request", "this is not a well-formed request");
    byte[] body = Json.write(ErrorFormat.PROBLEM.body(problem));
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, ErrorFormat.PROBLEM.type());
    response.write(true, ByteBuffer.wrap(body), callback);
    return true;
  }
}
