package io.github.refragstreams.app.http;

/** What a request has to pass before its body is read. Called by many threads at once. */
@FunctionalInterface
public interface Check {
  /**
   * @throws HttpProblem when the request is not let in
   */
  void check(Exchange exchange);
}
