package io.github.refragstreams.app.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.refragstreams.app.http.HttpProblem;
import io.github.refragstreams.schemas.Document;
import io.github.refragstreams.serde.EventSerdes;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Whether cluster or registry is to blame, and whether another try is worth it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ProblemsTest {
  private static final Map<String, String> NOBODY =
      Map.of("schema.registry.url", "http://127.0.0.1:1", "schema.registry.max.retries", "0");

  @Test
  void aRegistryThatIsAwayIsNotTakenForTheCluster() {
    // Given
    try (EventSerdes serdes = new EventSerdes(NOBODY)) {
      // When, Then
      assertProblem(
          failure(
              () ->
                  serdes
                      .document()
                      .serializer()
                      .serialize("rag.documents", new Document("d", null, "text"))),
          "registry-unavailable",
          true);
    }
  }

  @Test
  void whatOnlyAnOperatorCanChangeIsNotToBeTriedAgain() {
    // Given
    try (EventSerdes serdes = new EventSerdes(NOBODY)) {
      // When, Then
      assertProblem(
          failure(
              () ->
                  serdes
                      .document()
                      .deserializer()
                      .deserialize("rag.documents", new byte[] {1, 2, 3})),
          "registry-unavailable",
          false);
    }
    assertProblem(
        new TopicAuthorizationException(Set.of("rag.documents")), "cluster-unavailable", false);
  }

  @Test
  void aClusterThatIsAwayMayBeBackLater() {
    // When, Then
    assertProblem(new TimeoutException("no metadata"), "cluster-unavailable", true);
  }

  @Test
  @Order(1) // The log of a process hears of each lack once.
  void aFailureIsToldToTheLogWhenItComesAboutAndOnce() {
    // Given
    KafkaException failure = new TopicAuthorizationException(Set.of("rag.documents"));
    // When
    String asked = logged(() -> Problems.of(failure, Duration.ZERO));
    String arisen = logged(() -> Problems.arising(failure, Duration.ZERO));
    // Then
    assertThat(warnings(asked)).isEmpty();
    assertThat(warnings(arisen)).hasSize(1);
  }

  private static String logged(Supplier<Throwable> problem) {
    PrintStream errors = System.err;
    ByteArrayOutputStream logged = new ByteArrayOutputStream();
    System.setErr(new PrintStream(logged, true, UTF_8));
    try {
      for (int i = 0; i < 3; i++) {
        assertThat(problem.get()).isInstanceOf(HttpProblem.class);
      }
    } finally {
      System.setErr(errors);
    }
    return logged.toString(UTF_8);
  }

  private static List<String> warnings(String log) {
    return log.lines().filter(line -> line.contains(" WARN ")).toList();
  }

  private static void assertProblem(KafkaException failure, String code, boolean later) {
    // When
    HttpProblem written =
        (HttpProblem) Problems.arising(new CompletionException(failure), Duration.ZERO);
    HttpProblem read =
        catchThrowableOfType(
            HttpProblem.class,
            () ->
                Problems.reading(
                    () -> {
                      throw failure;
                    }));
    // Then
    for (HttpProblem problem : new HttpProblem[] {written, read}) {
      assertThat(problem.status()).isEqualTo(503);
      assertThat(problem.code()).isEqualTo(code);
      assertThat(problem.headers().containsKey("Retry-After"))
          .as(failure.toString())
          .isEqualTo(later);
    }
  }

  private static KafkaException failure(ThrowingCallable call) {
    return catchThrowableOfType(KafkaException.class, call);
  }
}
