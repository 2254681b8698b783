package io.github.refragstreams.app.console;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.app.http.HttpProblem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is said of a process that answers, but not as it should. */
@Timeout(60)
class RemoteInstanceTest {
  private ServerSocket other;
  private @Nullable Socket asking;

  @BeforeEach
  void listen() throws IOException {
    other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void stop() throws IOException {
    if (asking != null) {
      asking.close();
    }
    other.close();
  }

  @Test
  void tellsTheStatusOfOneThatRefuses() throws Exception {
    // When
    CompletableFuture<Object> asked = instance().query("one");
    answer("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    // Then
    assertProblem(asked, "status 404 comes from http://127.0.0.1:");
  }

  @Test
  void saysThatWhatComesIsNoJson() throws Exception {
    // When
    CompletableFuture<Object> asked = instance().query("one");
    answer("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n<");
    // Then
    assertProblem(asked, "no JSON comes from http://127.0.0.1:");
  }

  @Test
  void doesNotWaitForEverForOneThatHangsInTheMiddle() throws Exception {
    // When
    CompletableFuture<String> asked = instance().meters();
    answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
    // Then
    assertProblem(asked, "nobody answers at http://127.0.0.1:");
  }

  private RemoteInstance instance() {
    return new RemoteInstance(Optional.of(URI.create("http://127.0.0.1:" + other.getLocalPort())));
  }

  /** Says this much to the one who asks, and leaves the connection open. */
  private void answer(String text) throws IOException {
    Socket accepted = other.accept();
    asking = accepted;
    accepted.getOutputStream().write(text.getBytes(US_ASCII));
  }

  private static void assertProblem(CompletableFuture<?> asked, String detail) {
    assertThatThrownBy(() -> asked.orTimeout(30, TimeUnit.SECONDS).join())
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOf(HttpProblem.class)
        .hasMessageStartingWith(detail);
  }
}
