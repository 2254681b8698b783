package io.github.refragstreams.app.telemetry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.github.refragstreams.app.config.TracingConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TracingTest {
  @Test
  void sendsSpansToTheReceiver() throws IOException {
    // Given
    CompletableFuture<String> received = new CompletableFuture<>();
    HttpServer receiver =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/v1/traces",
        exchange -> {
          try (exchange) {
            received.complete(new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1));
            exchange.sendResponseHeaders(200, -1);
          }
        });
    receiver.start();
    URI url = URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/v1/traces");
    // When
    try (Tracing tracing = Tracing.start(new TracingConfig(Optional.of(url), 1f, 0), "mine")) {
      span(tracing).end();
    }
    receiver.stop(0);
    // Then
    assertThat(received).isCompletedWithValueMatching(body -> body.contains("a span"));
    assertThat(received.join()).contains("service.name").contains("mine");
  }

  @Test
  void makesNoSpansForNobody() {
    try (Tracing tracing = Tracing.start(new TracingConfig(Optional.empty(), 1f, 0), "mine")) {
      assertThat(span(tracing).getSpanContext().isValid()).isFalse();
    }
  }

  @Test
  void keepsNoTraceAtARatioOfZero() {
    URI nobody = URI.create("http://127.0.0.1:1/v1/traces");
    try (Tracing tracing = Tracing.start(new TracingConfig(Optional.of(nobody), 0f, 10), "mine")) {
      assertThat(span(tracing).getSpanContext().isSampled()).isFalse();
    }
  }

  @Test
  void keepsTheLastSpansOfAQuery() {
    try (Tracing tracing = Tracing.start(new TracingConfig(Optional.empty(), 1f, 3), "mine")) {
      // Given
      Span client = span(tracing);
      Context trace = Context.root().with(client);
      stage(tracing, "oldest", trace, "mine");
      stage(tracing, "of nobody", trace, null);
      stage(tracing, "of another", trace, "yours");
      stage(tracing, "newest", trace, "mine");
      // When, Then: spans of one trace, the oldest of which is out
      assertThat(names(tracing, "mine")).containsExactly("of nobody", "newest");
      assertThat(names(tracing, "yours")).containsExactly("of nobody", "of another");
      assertThat(names(tracing, "of none")).isEmpty();
    }
  }

  private static void stage(Tracing tracing, String name, Context parent, @Nullable String query) {
    SpanBuilder span = builder(tracing, name).setParent(parent);
    if (query != null) {
      span.setAttribute("refrag.query.id", query);
    }
    span.startSpan().end();
  }

  private static List<String> names(Tracing tracing, String query) {
    return tracing.recent().of(query).stream().map(SpanData::getName).toList();
  }

  private static Span span(Tracing tracing) {
    return builder(tracing, "a span").startSpan();
  }

  private static SpanBuilder builder(Tracing tracing, String name) {
    return tracing.with(new SimpleMeterRegistry()).tracer().spanBuilder(name);
  }
}
