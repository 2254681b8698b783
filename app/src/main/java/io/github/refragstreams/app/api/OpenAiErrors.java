package io.github.refragstreams.app.api;

import io.github.refragstreams.app.http.ErrorFormat;
import io.github.refragstreams.app.http.HttpProblem;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Problems in the form that OpenAI's clients read. */
final class OpenAiErrors implements ErrorFormat {
  @Override
  public String type() {
    return "application/json";
  }

  @Override
  public Map<String, Object> body(HttpProblem problem) {
    Map<String, @Nullable Object> error = new LinkedHashMap<>();
    error.put("message", problem.detail());
    error.put("type", type(problem.status()));
    error.put("param", problem.field());
    error.put("code", problem.code().replace('-', '_'));
    return Map.of("error", error);
  }

  private static String type(int status) {
    return switch (status) {
      case 401 -> "authentication_error";
      case 429 -> "rate_limit_error";
      default -> status < 500 ? "invalid_request_error" : "server_error";
    };
  }
}
