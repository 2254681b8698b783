package io.github.refragstreams.app.http;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.BadMessageException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/**
 * A request and its answer. What is asked may be read by any thread; it is answered once, and a
 * second answer is dropped.
 */
public final class Exchange {
  private static final String JSON = "application/json";

  /** Or a type of its own that is JSON, such as {@code application/problem+json}. */
  private static final Pattern JSON_TYPE =
      Pattern.compile("application/(?:[^/;]+\\+)?json", Pattern.CASE_INSENSITIVE);

  private static final String IDENTITY = "identity";
  private static final byte[] NONE = {};
  private static final Pattern MEDIA_TYPE_END = Pattern.compile("\\s*;");

  private final Request request;
  private final Response response;
  private final Callback callback;
  private final ErrorFormat errors;
  private final Map<String, String> parameters;
  private final AtomicBoolean answered = new AtomicBoolean();
  private final boolean isPage;
  private volatile @Nullable EventStream events;
  private volatile String caller;
  private volatile byte[] body = NONE;

  Exchange(
      Request request,
      Response response,
      Callback callback,
      ErrorFormat errors,
      Map<String, String> parameters,
      boolean isPage) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.errors = errors;
    this.parameters = parameters;
    this.isPage = isPage;
    this.caller = Request.getRemoteAddr(request);
  }

  public String method() {
    return request.getMethod();
  }

  public String path() {
    return Request.getPathInContext(request);
  }

  /** What stands in the path where its template has {@code {name}}. */
  public String parameter(String name) {
    String value = parameters.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the path has no parameter '" + name + "'");
    }
    return value;
  }

  /** Whether it asks for a part of a page, which is the same for everybody. */
  boolean isPage() {
    return isPage;
  }

  /**
   * A parameter of the query string, the first of that name.
   *
   * @throws HttpProblem when it is not well-formed
   */
  public Optional<String> query(String name) {
    Fields all;
    try {
      all = Request.extractQueryParameters(request);
    } catch (IllegalArgumentException | BadMessageException e) {
      throw HttpProblem.invalid(null, "the query string is not well-formed");
    }
    return Optional.ofNullable(all.getValue(name));
  }

  /** A header of the request. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(request.getHeaders().get(name));
  }

  /** Whether the client names a media type among those that it takes. */
  public boolean accepts(String type) {
    return request.getHeaders().getQualityCSV(HttpHeader.ACCEPT).stream()
        .anyMatch(accepted -> MEDIA_TYPE_END.split(accepted, 2)[0].equalsIgnoreCase(type));
  }

  /** Whom limits count the request for: the name of a token, else the client's address. */
  public String caller() {
    return caller;
  }

  void caller(String name) {
    caller = name;
  }

  /** The body; no bytes where there is none, or it has been read as JSON. */
  public byte[] body() {
    return body;
  }

  void body(byte[] bytes) {
    body = bytes;
  }

  /**
   * The body as a record whose fields are written in {@code snake_case}.
   *
   * @throws HttpProblem when it is no JSON, or has other fields
   */
  public <T> T json(Class<T> type) {
    return Json.read(jsonBody(), type);
  }

  /** The same, for protocols of others that have more fields than are of interest here. */
  public <T> T knownJson(Class<T> type) {
    return Json.readKnown(jsonBody(), type);
  }

  /**
   * A body that is JSON, which is not kept: what is made of it lives on. Pages of other sites can
   * send other types without being asked whether they may.
   *
   * @throws HttpProblem when its type is another one, or it is compressed
   */
  public byte[] jsonBody() {
    String type = header("Content-Type").orElse("");
    if (!JSON_TYPE.matcher(MEDIA_TYPE_END.split(type, 2)[0]).matches()) {
      throw new HttpProblem(
          415, "unknown-content-type", "Content-Type is '" + type + "'; expected application/json");
    }
    String encoding = header("Content-Encoding").orElse(IDENTITY);
    if (!encoding.equalsIgnoreCase(IDENTITY)) {
      throw new HttpProblem(
              415,
              "unknown-content-encoding",
              "Content-Encoding is '" + encoding + "'; expected a body that is not encoded")
          .withHeader("Accept-Encoding", IDENTITY);
    }
    byte[] taken = body;
    body = NONE;
    return taken;
  }

  /** Sets a header of the answer; before the answer. */
  public void header(String name, String value) {
    response.getHeaders().put(name, value);
  }

  /** Answers with a value as JSON. */
  public void reply(int status, Object value) {
    reply(status, JSON, Json.write(value));
  }

  /** Answers. */
  public void reply(int status, String type, byte[] bytes) {
    if (answered.compareAndSet(false, true)) {
      response.setStatus(status);
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
      response.write(true, ByteBuffer.wrap(bytes), callback);
    }
  }

  /** Answers with what went wrong. */
  public void fail(Throwable failure) {
    HttpProblem problem = HttpProblem.of(failure);
    EventStream stream = events;
    if (stream != null) {
      stream.end(problem.status());
      return;
    }
    problem.headers().forEach(this::header);
    reply(problem.status(), errors.type(), Json.write(errors.body(problem)));
  }

  /**
   * Answers with server-sent events, status 200.
   *
   * @throws IllegalStateException when it is answered already
   */
  public EventStream events() {
    if (!answered.compareAndSet(false, true)) {
      throw new IllegalStateException("answered already");
    }
    EventStream opened = EventStream.open(request, response, callback);
    events = opened;
    return opened;
  }

  /**
   * Whether it is the client that makes the connection stand still: something is to be written, and
   * it does not read. While it waits for an answer, or for the next event, it is not.
   */
  boolean waitsForReader() {
    EventStream stream = events;
    return stream == null ? answered.get() : stream.isWriting();
  }

  /** Whether an answer has begun. */
  public boolean isAnswered() {
    return answered.get();
  }
}
