package io.github.refragstreams.app.http;

import org.eclipse.jetty.http.HttpStatus;

/** Names of HTTP's statuses. */
final class Statuses {
  private Statuses() {}

  static String title(int status) {
    return HttpStatus.getMessage(status);
  }
}
