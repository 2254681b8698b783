package io.github.refragstreams.app.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes connections on which no request arrives in time: one whose headers come byte by byte never
 * stands still, and would be held for as long as its client likes. Safe for use by many threads.
 */
final class Arrivals extends Handler.Wrapper implements Connection.Listener {
  /** Attribute of a connection: what closes it. */
  private static final String CLOSING = Arrivals.class.getName() + ".closing";

  private final Duration first;
  private final Duration next;

  /**
   * @param limits a first request may take as long as a body; a further one may be waited for as
   *     well, for as long as connections may stand still
   */
  Arrivals(WebLimits limits, Handler handler) {
    super(handler);
    this.first = limits.bodyTimeout();
    this.next = limits.bodyTimeout().plus(limits.idleTimeout());
  }

  @Override
  public void onOpened(Connection connection) {
    if (connection instanceof ConnectionMetaData http) {
      await(http, first);
    }
  }

  @Override
  public void onClosed(Connection connection) {
    if (connection instanceof ConnectionMetaData http) {
      arrived(http);
    }
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    ConnectionMetaData connection = request.getConnectionMetaData();
    arrived(connection);
    Request.addCompletionListener(request, failure -> await(connection, next));
    return super.handle(request, response, callback);
  }

  private static void await(ConnectionMetaData connection, Duration longest) {
    Scheduler.Task closing =
        connection
            .getConnector()
            .getScheduler()
            .schedule(connection.getConnection()::close, longest.toMillis(), TimeUnit.MILLISECONDS);
    connection.setAttribute(CLOSING, closing);
  }

  private static void arrived(ConnectionMetaData connection) {
    if (connection.removeAttribute(CLOSING) instanceof Scheduler.Task closing) {
      closing.cancel();
    }
  }
}
