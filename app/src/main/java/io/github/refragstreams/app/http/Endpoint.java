package io.github.refragstreams.app.http;

/** Answers the requests of one route. Called by many threads at once. */
@FunctionalInterface
public interface Endpoint {
  /**
   * Answers now or sees to it that somebody answers later.
   *
   * @throws HttpProblem becomes the answer
   */
  void handle(Exchange exchange);
}
