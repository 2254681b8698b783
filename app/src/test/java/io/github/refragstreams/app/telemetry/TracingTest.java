package io.github.refragstreams.app.telemetry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.github.refragstreams.app.config.TracingConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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
    try (Tracing tracing = Tracing.start(new TracingConfig(Optional.of(url), 1f), "mine")) {
      span(tracing).end();
    }
    receiver.stop(0);
    // Then
    assertThat(received).isCompletedWithValueMatching(body -> body.contains("a span"));
    assertThat(received.join()).contains("service.name").contains("mine");
  }

  @Test
  void makesNoSpansWithoutReceiver() {
    try (Tracing tracing = Tracing.start(new TracingConfig(Optional.empty(), 1f), "mine")) {
      assertThat(span(tracing).getSpanContext().isValid()).isFalse();
    }
  }

  @Test
  void keepsNoTraceAtARatioOfZero() {
    URI nobody = URI.create("http://127.0.0.1:1/v1/traces");
    try (Tracing tracing = Tracing.start(new TracingConfig(Optional.of(nobody), 0f), "mine")) {
      assertThat(span(tracing).getSpanContext().isSampled()).isFalse();
    }
  }

  private static Span span(Tracing tracing) {
    return tracing.with(new SimpleMeterRegistry()).tracer().spanBuilder("a span").startSpan();
  }
}
