package io.github.refragstreams.serde.internal;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * A registry on a free local port that says what a test tells it to say, and keeps what it heard.
 */
final class StubRegistry implements AutoCloseable {
  /** What a client sent. */
  record Heard(String call, String body, @Nullable String authorization) {}

  private record Answer(int status, String body, boolean stalls) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  // Both guarded by this.
  private final Queue<Answer> next = new ArrayDeque<>();
  private final List<Heard> heard = new ArrayList<>();

  StubRegistry() {
    this(null);
  }

  /**
   * @param tls not null: serves https, and asks for the client's certificate
   */
  StubRegistry(@Nullable SSLContext tls) {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try {
      if (tls == null) {
        server = HttpServer.create(address, 0);
      } else {
        HttpsServer secure = HttpsServer.create(address, 0);
        secure.setHttpsConfigurator(new AskingForCertificates(tls));
        server = secure;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  /** An address that nothing listens at any more. */
  static String deadUrl() {
    try (StubRegistry gone = new StubRegistry()) {
      return gone.url();
    }
  }

  String url() {
    return authority("http://");
  }

  String authority(String before) {
    return before + "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Answers this call so, always, unless something else comes {@link #next}. */
  StubRegistry on(String call, int status, String body) {
    answers.put(call, new Answer(status, body, false));
    return this;
  }

  /** Answers the next call so, whatever it is; several queue up. */
  synchronized StubRegistry next(int status, String body) {
    next.add(new Answer(status, body, false));
    return this;
  }

  /** Sends the headers of the next answer and then nothing. */
  synchronized StubRegistry nextStalls() {
    next.add(new Answer(200, "", true));
    return this;
  }

  synchronized List<Heard> heard() {
    return List.copyOf(heard);
  }

  List<String> calls() {
    return heard().stream().map(Heard::call).toList();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String call = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Answer answer = answer(call, body, exchange.getRequestHeaders().getFirst("Authorization"));
    if (answer.stalls()) {
      exchange.sendResponseHeaders(answer.status(), 100);
      exchange.getResponseBody().flush();
      await(closing);
    } else {
      byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }

  private synchronized Answer answer(String call, String body, @Nullable String authorization) {
    heard.add(new Heard(call, body, authorization));
    Answer scripted = next.poll();
    return scripted != null
        ? scripted
        : answers.getOrDefault(call, new Answer(404, "no such page", false));
  }

  private static final class AskingForCertificates extends HttpsConfigurator {
    AskingForCertificates(SSLContext context) {
      super(context);
    }

    @Override
    public void configure(HttpsParameters parameters) {
      SSLParameters demands = getSSLContext().getDefaultSSLParameters();
      demands.setNeedClientAuth(true);
      parameters.setSSLParameters(demands);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
