package io.github.refragstreams.app.http;

import java.util.LinkedHashMap;
import java.util.Map;

/** How the problems of a route are written. */
public interface ErrorFormat {
  /** Problem details of RFC 9457, with {@code code} as a further member. */
  ErrorFormat PROBLEM =
      new ErrorFormat() {
        @Override
        public String type() {
          return "application/problem+json";
        }

        @Override
        public Map<String, Object> body(HttpProblem problem) {
          Map<String, Object> body = new LinkedHashMap<>();
          body.put("type", "about:blank");
          body.put("title", Statuses.title(problem.status()));
          body.put("status", problem.status());
          body.put("detail", problem.detail());
          body.put("code", problem.code());
          String field = problem.field();
          if (field != null) {
            body.put("field", field);
          }
          return body;
        }
      };

  /** Media type. */
  String type();

  /** What is written as JSON. */
  Map<String, Object> body(HttpProblem problem);
}
