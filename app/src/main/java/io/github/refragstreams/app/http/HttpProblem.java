package io.github.refragstreams.app.http;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why a request is not served, for the one who sent it. Never logged: its text may speak of what
 * was sent.
 */
public final class HttpProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final Logger LOGGER = LoggerFactory.getLogger(HttpProblem.class);
  private static final Duration SOON = Duration.ofSeconds(1);

  private final int status;
  private final String code;
  private final String detail;
  private final @Nullable String field;
  private final TreeMap<String, String> headers = new TreeMap<>();

  /**
   * @param status of HTTP, 400 to 599
   * @param code names the kind of problem for programs, in lower case with hyphens; stable
   * @param detail says it to people: which thing, what it is, what was expected
   */
  public HttpProblem(int status, String code, String detail) {
    this(status, code, detail, null);
  }

  private HttpProblem(int status, String code, String detail, @Nullable String field) {
    super(detail, null, false, false);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.field = field;
  }

  /** The body, or one of its fields, is not what was expected. */
  public static HttpProblem invalid(@Nullable String field, String detail) {
    return new HttpProblem(400, "invalid-request", detail, field);
  }

  /**
   * There is no room at the moment, and soon there will be.
   *
   * @param detail what there is no room for
   */
  public static HttpProblem busy(String detail) {
    return new HttpProblem(503, "too-many-requests-at-once", detail).retryAfter(SOON);
  }

  /**
   * What is said of any failure: a problem says what it is; of others only the log tells, and there
   * only their kind.
   */
  public static HttpProblem of(Throwable failure) {
    if (failure instanceof HttpProblem problem) {
      return problem;
    }
    LOGGER.atWarn().addKeyValue("failure", failure.getClass().getName()).log("a request failed");
    LOGGER.atDebug().setCause(failure).log("it failed here");
    return new HttpProblem(500, "internal-error", "the server failed; its log says more");
  }

  /** It may be served later. */
  public HttpProblem retryAfter(Duration wait) {
    long seconds = Math.max(1, wait.plusMillis(999).toSeconds());
    return withHeader("Retry-After", Long.toString(seconds));
  }

  /** The same with a header of the answer. */
  public HttpProblem withHeader(String name, String value) {
    headers.put(name, value);
    return this;
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }

  public String detail() {
    return detail;
  }

  /** The field of the body that it is about. */
  public @Nullable String field() {
    return field;
  }

  /** Headers of the answer, {@code Retry-After} among them where another try is worth it. */
  public Map<String, String> headers() {
    return Map.copyOf(headers);
  }
}
