package io.github.refragstreams.app.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the server promises to endpoints, and what it says to those that ask wrongly. */
class WebServerTest {
  private static final int MOST_BYTES = 100;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** More than any caller has open, since a place is free only after its answer is read. */
  private static final WebLimits LIMITS = limits(8);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Semaphore arrivedBodies = new Semaphore(0);
  private @Nullable WebServer server;

  record Greeting(String firstName, int times) {}

  record Party(List<Greeting> greetings, List<String> guests) {}

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void leadsARequestToItsEndpoint() throws Exception {
    // Given
    start(
        new Routes()
            .get(
                "/things/{id}",
                exchange ->
                    exchange.reply(
                        200,
                        Map.of(
                            "id", exchange.parameter("id"), "q", exchange.query("q").orElse("-"))))
            .post(
                "/greet",
                exchange -> {
                  Greeting greeting = exchange.json(Greeting.class);
                  exchange.reply(201, greeting);
                }));
    // When, Then
    assertThat(json(get("/things/a%20b?q=x%26y"))).isEqualTo(tree("{'id':'a b','q':'x&y'}"));
    HttpResponse<String> greeted = post("/greet", "{\"first_name\":\"Zoë\",\"times\":2}");
    assertThat(greeted.statusCode()).isEqualTo(201);
    assertThat(json(greeted)).isEqualTo(tree("{'first_name':'Zoë','times':2}"));
  }

  @Test
  void idsMayHoldWhatSeparatesPathsAndWhatEncodesThem() throws Exception {
    // Given
    start(
        new Routes()
            .get("/things/{id}", exchange -> exchange.reply(200, exchange.parameter("id"))));
    // When, Then
    assertThat(get("/things/a%2Fb").body()).isEqualTo("\"a/b\"");
    assertThat(get("/things/a%25b").body()).isEqualTo("\"a%b\"");
    assertThat(get("/things/a%252Fb").body()).isEqualTo("\"a%2Fb\"");
  }

  @Test
  void queryStringsThatAreNotWellFormedAreRefused() throws Exception {
    // Given
    start(new Routes().get("/", exchange -> exchange.reply(200, exchange.query("q").orElse(""))));
    // When
    try (Socket socket = ask("/?q=%ZZ")) {
      // Then
      assertThat(firstLine(socket.getInputStream())).startsWith("HTTP/1.1 400");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          text/event-stream                     | true
          text/event-stream, */*                | true
          text/html, Text/Event-Stream; q=0.5   | true
          text/event-stream; charset=utf-8      | true
          text/event-stream;q=0                 | false
          text/event-streams, */*               | false
          """)
  void readsWhatAClientTakes(String accept, boolean stream) throws Exception {
    // Given
    start(
        new Routes()
            .get("/", exchange -> exchange.reply(200, exchange.accepts("text/event-stream"))));
    // When
    HttpResponse<String> response =
        client.send(request("/").header("Accept", accept).build(), BodyHandlers.ofString());
    // Then
    assertThat(response.body()).isEqualTo(Boolean.toString(stream));
  }

  @Test
  void endpointsMayAnswerLaterOnAnyThreadAndOnce() throws Exception {
    // Given
    start(
        new Routes()
            .get(
                "/later",
                exchange -> {
                  var unused =
                      CompletableFuture.runAsync(
                          () -> {
                            exchange.reply(200, List.of("first"));
                            exchange.reply(500, List.of("second"));
                            exchange.fail(new IllegalStateException("third"));
                          });
                }));
    // When, Then
    assertThat(get("/later").body()).isEqualTo("[\"first\"]");
  }

  @Test
  void problemsAreWrittenAsProblemDetails() throws Exception {
    // Given
    start(
        new Routes()
            .post("/greet", exchange -> exchange.reply(200, exchange.json(Greeting.class)))
            .get(
                "/broken",
                exchange -> {
                  throw new IllegalStateException("a secret");
                }));
    // When, Then
    HttpResponse<String> missing = get("/nowhere");
    assertThat(missing.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(json(missing))
        .isEqualTo(
            tree(
                "{'type':'about:blank','title':'Not Found','status':404,"
                    + "'detail':'there is nothing at \\'/nowhere\\'','code':'unknown-path'}"));
    HttpResponse<String> method = get("/greet");
    assertThat(method.statusCode()).isEqualTo(405);
    assertThat(method.headers().firstValue("Allow")).contains("POST");
    assertThat(problem(post("/greet", "{\"first_name\":")))
        .isEqualTo("400 invalid-request the body is not valid JSON (line 1, column 15)");
    assertThat(problem(post("/greet", "{\"first_name\":\"a\nb\"}")))
        .isEqualTo("400 invalid-request the body is not valid JSON (line 1, column 17)");
    assertThat(problem(post("/greet", "{\"times\":1,\"name\":1}")))
        .isEqualTo(
            "400 invalid-request unknown field 'name'; known are [first_name, times] (name)");
    assertThat(problem(post("/greet", "{\"times\":\"often\"}")))
        .isEqualTo("400 invalid-request 'times' is 'often'; expected a whole number (times)");
    assertThat(problem(post("/greet", "null")))
        .isEqualTo("400 invalid-request the body is null; expected a JSON object");
    assertThat(problem(post("/greet", "{\"times\":1} {}"))).startsWith("400 invalid-request");
    assertThat(problem(get("/broken")))
        .isEqualTo("500 internal-error the server failed; its log says more");
  }

  @Test
  void nullsInListsAreRefused() throws Exception {
    // Given
    start(new Routes().post("/party", exchange -> exchange.reply(200, exchange.json(Party.class))));
    // When, Then
    assertThat(problem(post("/party", "{\"greetings\":[{\"times\":1},null]}")))
        .isEqualTo(
            "400 invalid-request 'greetings[1]' is null; expected a JSON object (greetings[1])");
    assertThat(problem(post("/party", "{\"guests\":[null]}")))
        .isEqualTo("400 invalid-request 'guests[0]' is null; expected a text (guests[0])");
    assertThat(post("/party", "{\"guests\":null}").statusCode()).isEqualTo(200);
  }

  @Test
  void bodiesMustBeJsonBecauseNoOtherSitesPageCanSendIt() throws Exception {
    // Given
    start(new Routes().post("/greet", exchange -> exchange.reply(200, exchange.json(Map.class))));
    // When
    HttpResponse<String> response =
        client.send(
            request("/greet")
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("{}"))
                .build(),
            BodyHandlers.ofString());
    // Then
    assertThat(problem(response))
        .isEqualTo(
            "415 unknown-content-type Content-Type is 'text/plain'; expected application/json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json | Identity | 200",
        "Application/JSON ; charset=utf-8 | identity | 200",
        "application/problem+json | identity | 200",
        "application/jsonl | identity | 415 unknown-content-type Content-Type is"
            + " 'application/jsonl'; expected application/json",
        "application/json | gzip | 415 unknown-content-encoding Content-Encoding is 'gzip';"
            + " expected a body that is not encoded",
      })
  void bodiesAreJsonAsItIs(String type, String encoding, String expected) throws Exception {
    // Given
    start(new Routes().post("/greet", exchange -> exchange.reply(200, exchange.json(Map.class))));
    // When
    HttpResponse<String> response =
        client.send(
            request("/greet")
                .header("Content-Type", type)
                .header("Content-Encoding", encoding)
                .POST(BodyPublishers.ofString("{}"))
                .build(),
            BodyHandlers.ofString());
    // Then
    assertThat(response.statusCode() == 200 ? "200" : problem(response)).isEqualTo(expected);
    assertThat(response.headers().firstValue("Accept-Encoding").isPresent())
        .isEqualTo(expected.contains("encoding"));
  }

  @ParameterizedTest
  @CsvSource({
    "CONNECT localhost:443, localhost:443, 405 Method Not Allowed",
    "OPTIONS *, localhost, 404 Not Found",
    "GET http://localhost, localhost, 200 OK"
  })
  void requestsWithoutAPathAreForTheRoot(String asked, String host, String answer)
      throws Exception {
    // Given
    start(new Routes().get("/", exchange -> exchange.reply(200, "ok")));
    // When
    try (Socket socket = new Socket("127.0.0.1", server().port())) {
      socket
          .getOutputStream()
          .write((asked + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n").getBytes(US_ASCII));
      // Then
      assertThat(firstLine(socket.getInputStream())).isEqualTo("HTTP/1.1 " + answer);
    }
  }

  @Test
  void bodiesThatAreTooLargeAreRefusedWithOrWithoutTheirLength() throws Exception {
    // Given
    start(new Routes().post("/greet", exchange -> exchange.reply(200, exchange.body().length)));
    byte[] largest = new byte[MOST_BYTES];
    byte[] tooLarge = new byte[MOST_BYTES + 1];
    // When, Then
    assertThat(send("/greet", BodyPublishers.ofByteArray(largest)).body()).isEqualTo("100");
    assertThat(problem(send("/greet", BodyPublishers.ofByteArray(tooLarge))))
        .isEqualTo("413 body-too-large the body has more than 100 bytes, the most here");
    assertThat(
            problem(
                send(
                    "/greet",
                    BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(tooLarge)))))
        .startsWith("413 body-too-large");
  }

  @Test
  void bodiesOfOpenRequestsAreBoundedTogether() throws Exception {
    // Given: each counts as a kibibyte, and two of them are there
    CompletableFuture<Void> go = new CompletableFuture<>();
    CountDownLatch open = new CountDownLatch(2);
    start(
        new Routes()
            .post(
                "/wait",
                exchange -> {
                  open.countDown();
                  var unused = go.thenRun(() -> exchange.reply(200, exchange.body().length));
                })
            .get("/now", exchange -> exchange.reply(200, "now")));
    List<CompletableFuture<HttpResponse<String>>> waiting =
        IntStream.range(0, 2)
            .mapToObj(
                i ->
                    client.sendAsync(
                        request("/wait").POST(BodyPublishers.ofByteArray(new byte[10])).build(),
                        BodyHandlers.ofString()))
            .toList();
    assertThat(open.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    // When
    HttpResponse<String> third = send("/wait", BodyPublishers.ofByteArray(new byte[10]));
    // Then
    assertThat(problem(third)).startsWith("503 too-many-requests-at-once the bodies of open");
    assertThat(third.headers().firstValue("Retry-After")).isPresent();
    assertThat(client.send(request("/now").build(), BodyHandlers.ofString()).statusCode())
        .as("without a body")
        .isEqualTo(200);
    // When
    go.complete(null);
    // Then
    for (CompletableFuture<HttpResponse<String>> answer : waiting) {
      assertThat(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).body()).isEqualTo("10");
    }
    assertThat(send("/wait", BodyPublishers.ofByteArray(new byte[10])).statusCode()).isEqualTo(200);
  }

  @Test
  void aBodyOfUnknownLengthTakesItsOwnRoomOnceItIsThere() throws Exception {
    // Given: until then, each takes two kibibytes of three
    CompletableFuture<Void> go = new CompletableFuture<>();
    start(
        new WebLimits(
            2_048, 3_072, Duration.ofSeconds(60), Duration.ofSeconds(60), 8, 16, PATIENCE),
        new Routes()
            .post(
                "/wait",
                exchange -> {
                  var unused = go.thenRun(() -> exchange.reply(200, exchange.body().length));
                  arrivedBodies.release();
                })
            .post("/now", exchange -> exchange.reply(200, exchange.body().length))
            .delete("/now", exchange -> exchange.reply(200, "gone")));
    List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      // When
      waiting.add(
          client.sendAsync(
              request("/wait")
                  .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[10])))
                  .build(),
              BodyHandlers.ofString()));
      // Then
      assertThat(arrivedBodies.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
    assertThat(client.send(request("/now").DELETE().build(), BodyHandlers.ofString()).statusCode())
        .isEqualTo(200);
    assertThat(post("/now", "").statusCode()).as("without a body").isEqualTo(200);
    go.complete(null);
    for (CompletableFuture<HttpResponse<String>> answer : waiting) {
      assertThat(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).body()).isEqualTo("10");
    }
  }

  @Test
  void bodiesThatNobodyReadsAreNotWaitedFor() throws Exception {
    // Given
    start(
        new Routes()
            .resources("/page", "/web-server-test")
            .get("/now", exchange -> exchange.reply(200, "now"))
            .delete("/now", exchange -> exchange.reply(200, "gone")));
    for (String asked : List.of("GET /page/", "HEAD /now", "GET /now", "DELETE /now")) {
      // When: the body never comes
      try (Socket socket = new Socket("127.0.0.1", server().port())) {
        socket
            .getOutputStream()
            .write(
                (asked + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n")
                    .getBytes(US_ASCII));
        socket.setSoTimeout((int) PATIENCE.toMillis());
        // Then
        assertThat(firstLine(socket.getInputStream())).as(asked).isEqualTo("HTTP/1.1 200 OK");
      }
    }
  }

  @Test
  void aRequestThatDoesNotArriveInTimeIsNotWaitedFor() throws Exception {
    // Given
    start(
        new WebLimits(
            MOST_BYTES, 2_048, Duration.ofMillis(50), Duration.ofSeconds(2), 2, 16, PATIENCE),
        new Routes().get("/", exchange -> exchange.reply(200, "now")));
    try (Socket first = new Socket("127.0.0.1", server().port());
        Socket next = ask("/")) {
      assertThat(firstLine(next.getInputStream())).isEqualTo("HTTP/1.1 200 OK");
      for (Socket slow : List.of(first, next)) {
        // When: it comes byte by byte, and never stands still
        slow.getOutputStream().write("GET / HTTP/1.1\r\nX-Slow: ".getBytes(US_ASCII));
        // Then
        await().atMost(PATIENCE).until(() -> !takes(slow));
      }
    }
  }

  @Test
  void bodiesThatDoNotArriveInTimeAreRefused() throws Exception {
    // Given
    start(
        new WebLimits(
            MOST_BYTES, 2_048, Duration.ofMillis(50), Duration.ofSeconds(60), 2, 16, PATIENCE),
        new Routes().post("/greet", exchange -> exchange.reply(200, "never")));
    // When
    try (Socket socket = new Socket("127.0.0.1", server().port())) {
      socket
          .getOutputStream()
          .write(
              "POST /greet HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{"
                  .getBytes(US_ASCII));
      // Then
      assertThat(firstLine(socket.getInputStream())).isEqualTo("HTTP/1.1 408 Request Timeout");
    }
  }

  @Test
  void requestsThatAreNotWellFormedAreRefused() throws Exception {
    // Given
    start(new Routes());
    // When
    try (Socket socket = new Socket("127.0.0.1", server().port())) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
      // Then
      assertThat(firstLine(socket.getInputStream())).startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void noMoreRequestsAreServedAtATimeThanAllowed() throws Exception {
    // Given
    CountDownLatch arrived = new CountDownLatch(2);
    CompletableFuture<Void> go = new CompletableFuture<>();
    start(
        limits(2),
        new Routes()
            .get(
                "/wait",
                exchange -> {
                  arrived.countDown();
                  var unused = go.thenRun(() -> exchange.reply(200, "done"));
                }));
    var first = client.sendAsync(request("/wait").build(), BodyHandlers.ofString());
    var second = client.sendAsync(request("/wait").build(), BodyHandlers.ofString());
    assertThat(arrived.await(60, TimeUnit.SECONDS)).isTrue();
    // When
    HttpResponse<String> third = get("/wait");
    // Then
    assertThat(problem(third))
        .isEqualTo(
            "503 too-many-requests-at-once the server works on 2 requests, the most it takes");
    assertThat(third.headers().firstValue("Retry-After")).contains("1");
    // When
    go.complete(null);
    assertThat(first.join().body()).isEqualTo("\"done\"");
    assertThat(second.join().body()).isEqualTo("\"done\"");
    // Then
    await().untilAsserted(() -> assertThat(get("/wait").statusCode()).isEqualTo(200));
  }

  @Test
  void eventsArriveInOrderAndTheStreamEnds() throws Exception {
    // Given
    start(
        new Routes()
            .get(
                "/events",
                exchange -> {
                  EventStream events = exchange.events();
                  for (int i = 0; i < 100; i++) {
                    events.send("number", i);
                  }
                  events.send("", Map.of("text", "two\nlines"));
                  events.sendWord("[DONE]");
                  events.end();
                  events.send("number", 101);
                }));
    // When
    HttpResponse<String> response = get("/events");
    // Then
    assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
    StringBuilder expected = new StringBuilder(":\n\n");
    for (int i = 0; i < 100; i++) {
      expected.append("event: number\ndata: ").append(i).append("\n\n");
    }
    expected.append("data: {\"text\":\"two\\nlines\"}\n\ndata: [DONE]\n\n");
    assertThat(response.body()).isEqualTo(expected.toString());
  }

  @Test
  void aReaderThatGoesIsNoticedAndItsPlaceIsFreeAgain() throws Exception {
    // Given: room for one
    AtomicBoolean gone = new AtomicBoolean();
    CompletableFuture<EventStream> opened = new CompletableFuture<>();
    start(
        limits(1),
        new Routes()
            .get(
                "/events",
                exchange -> {
                  EventStream events = exchange.events();
                  events.onGone(() -> gone.set(true));
                  opened.complete(events);
                })
            .get("/alone", exchange -> exchange.reply(200, "ok")));
    // When
    try (Socket socket = ask("/events")) {
      assertThat(firstLine(socket.getInputStream())).isEqualTo("HTTP/1.1 200 OK");
    }
    // Then
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              opened.join().send("number", 1);
              return gone.get();
            });
    CountDownLatch late = new CountDownLatch(1);
    opened.join().onGone(late::countDown);
    assertThat(late.getCount()).as("told at once when it has gone before").isZero();
    await().untilAsserted(() -> assertThat(get("/alone").statusCode()).isEqualTo(200));
  }

  @Test
  void aReaderThatDoesNotReadIsGivenUp() throws Exception {
    // Given
    CompletableFuture<Void> gone = new CompletableFuture<>();
    CompletableFuture<EventStream> opened = new CompletableFuture<>();
    start(
        new Routes()
            .get(
                "/events",
                exchange -> {
                  EventStream events = exchange.events();
                  events.onGone(() -> gone.complete(null));
                  opened.complete(events);
                }));
    // When: nobody reads from the socket
    try (Socket unread = ask("/events")) {
      String kilobytes = "x".repeat(50_000);
      for (int i = 0; i < 2_000 && !gone.isDone(); i++) {
        opened.get(60, TimeUnit.SECONDS).send("text", kilobytes);
      }
      // Then
      gone.get(60, TimeUnit.SECONDS);
      assertThat(unread.isClosed()).isFalse();
    }
  }

  @Test
  void eventsOfAnySizeArriveWhole() throws Exception {
    // Given: more than is written at once, so that what follows has to wait for the reader
    String large = "x".repeat(4 << 20);
    start(
        new Routes()
            .get(
                "/events",
                exchange -> {
                  EventStream events = exchange.events();
                  events.send("question", large);
                  events.send("text", "piece");
                  events.send("answer", large);
                  events.end();
                }));
    // When
    HttpResponse<String> response = get("/events");
    // Then
    assertThat(
            response
                .body()
                .equals(
                    ":\n\nevent: question\ndata: \""
                        + large
                        + "\"\n\nevent: text\ndata: \"piece\"\n\nevent: answer\ndata: \""
                        + large
                        + "\"\n\n"))
        .isTrue();
  }

  @Test
  void servesFilesOfTheClassPathAndNothingElse() throws Exception {
    // Given
    start(new Routes().resources("/page", "/web-server-test"));
    // When
    HttpResponse<String> index = get("/page/");
    // Then
    assertThat(index.body()).startsWith("<!doctype html>");
    assertThat(index.headers().firstValue("Content-Security-Policy"))
        .hasValueSatisfying(policy -> assertThat(policy).startsWith("default-src 'none'"));
    assertThat(get("/page/one.js").headers().firstValue("Content-Type"))
        .contains("text/javascript; charset=utf-8");
    // When
    HttpResponse<String> again =
        client.send(
            request("/page/")
                .header("If-None-Match", index.headers().firstValue("ETag").orElseThrow())
                .build(),
            BodyHandlers.ofString());
    // Then
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(get("/page").statusCode()).isEqualTo(308);
    for (String path :
        List.of(
            "/page/missing.js",
            "/page/../logback.xml",
            "/page/%2e%2e/logback.xml",
            "/page/..%2flogback.xml",
            "/page//logback.xml",
            "/page/.hidden",
            "/")) {
      assertThat(get(path).statusCode()).as(path).isBetween(400, 404);
    }
  }

  @Test
  void tokensAreChecked() throws Exception {
    // Given
    List<String> tokens = List.of("first-token-of-two", "second-token-of-two");
    start(
        LIMITS,
        List.of(new BearerTokens(tokens)),
        new Routes().get("/", exchange -> exchange.reply(200, exchange.caller())));
    // When, Then
    HttpResponse<String> without = get("/");
    assertThat(problem(without))
        .isEqualTo("401 invalid-token expected a header 'Authorization: Bearer TOKEN'");
    assertThat(without.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    assertThat(problem(authorized("Bearer first-token-of-tw")))
        .isEqualTo("401 invalid-token the token is none of this server's");
    assertThat(problem(authorized("Basic first-token-of-two"))).startsWith("401");
    assertThat(authorized("Bearer first-token-of-two").statusCode()).isEqualTo(200);
    assertThat(authorized("bearer second-token-of-two").body())
        .startsWith("\"token ")
        .doesNotContain("second");
  }

  @Test
  void pagesAndWhatLeadsThereNeedNoToken() throws Exception {
    // Given
    start(
        LIMITS,
        List.of(new BearerTokens(List.of("first-token-of-two"))),
        new Routes()
            .lead("/", "/page/")
            .resources("/page", "/web-server-test")
            .get("/page/api", exchange -> exchange.reply(200, "a secret")));
    // When, Then
    assertThat(get("/page/").statusCode()).isEqualTo(200);
    assertThat(get("/page/one.js").statusCode()).isEqualTo(200);
    assertThat(head("/page/").statusCode()).isEqualTo(200);
    assertThat(get("/").statusCode()).isEqualTo(302);
    assertThat(get("/").headers().firstValue("Location")).contains("/page/");
    assertThat(head("/").statusCode()).isEqualTo(302);
    assertThat(head("/page/api").statusCode()).isEqualTo(401);
    assertThat(post("/", "{}").statusCode()).isEqualTo(401);
    assertThat(get("/page/api").statusCode()).isEqualTo(401);
    assertThat(get("/page/%61pi").statusCode()).isEqualTo(401);
    assertThat(get("/page/../page/api").statusCode()).isEqualTo(401);
    assertThat(post("/page/one.js", "{}").statusCode()).isEqualTo(401);
  }

  @Test
  void theRateOfEachCallerIsBounded() throws Exception {
    // Given
    AtomicLong now = new AtomicLong();
    start(
        LIMITS,
        List.of(
            exchange -> exchange.caller(exchange.header("X-Caller").orElse("nobody")),
            new RateLimit(2, now::get)),
        new Routes().get("/", exchange -> exchange.reply(200, "ok")));
    // When
    List<Integer> ours = List.of(calledBy("a"), calledBy("a"), calledBy("a"), calledBy("b"));
    // Then
    assertThat(ours).containsExactly(200, 200, 429, 200);
    HttpResponse<String> refused =
        client.send(request("/").header("X-Caller", "a").build(), BodyHandlers.ofString());
    assertThat(refused.headers().firstValue("Retry-After")).contains("30");
    // When
    now.addAndGet(Duration.ofSeconds(30).toNanos());
    // Then
    assertThat(List.of(calledBy("a"), calledBy("a"))).containsExactly(200, 429);
  }

  @Test
  void aServerForThisMachineAnswersToItsNamesOnly() throws Exception {
    // Given
    start(
        LIMITS,
        LoopbackHost.of(Binding.plain("test", "127.0.0.1", 0, LIMITS)),
        new Routes().get("/", exchange -> exchange.reply(200, "ok")));
    // When, Then
    assertThat(withHost("localhost:80")).isEqualTo("HTTP/1.1 200 OK");
    assertThat(withHost("[::1]")).isEqualTo("HTTP/1.1 200 OK");
    assertThat(withHost("[0:0:0:0:0:0:0:1]:80")).isEqualTo("HTTP/1.1 200 OK");
    assertThat(withHost("rebound.example")).startsWith("HTTP/1.1 421");
    assertThat(withHost("localhost.example")).startsWith("HTTP/1.1 421");
  }

  @Test
  void aServerForThisMachineAnswersToTheNameThatItIsGiven() throws Exception {
    // Given
    start(
        LIMITS,
        LoopbackHost.of(Binding.plain("test", "::FFFF:127.0.0.1", 0, LIMITS)),
        new Routes().get("/", exchange -> exchange.reply(200, "ok")));
    // When, Then
    assertThat(withHost("[::ffff:127.0.0.1]:80")).isEqualTo("HTTP/1.1 200 OK");
    assertThat(withHost("[::ffff:127.0.0.2]")).startsWith("HTTP/1.1 421");
  }

  @Test
  void tellsAnAddressThatClientsCanUse() throws Exception {
    // Given
    Binding binding = Binding.plain("test", "0:0:0:0:0:0:0:1", 0, LIMITS);
    server =
        WebServer.start(
            binding,
            LoopbackHost.of(binding),
            new Routes().get("/", exchange -> exchange.reply(200, "ok")));
    // When
    URI url = server().url();
    // Then
    assertThat(url).hasToString("http://[0:0:0:0:0:0:0:1]:" + server().port());
    assertThat(
            client.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString()).statusCode())
        .isEqualTo(200);
  }

  @Test
  void pagesOfOtherSitesMayUseItOnlyWhenTheyAreNamed() throws Exception {
    // Given
    Routes routes = new Routes().post("/greet", exchange -> exchange.reply(200, "ok"));
    server =
        WebServer.start(
            new Binding(
                "test",
                "127.0.0.1",
                0,
                Optional.empty(),
                List.of("https://friend.example"),
                LIMITS),
            List.of(),
            routes);
    // When, Then
    assertThat(preflight("https://friend.example")).contains("https://friend.example");
    assertThat(preflight("https://foe.example")).isEmpty();
    assertThat(preflightHeader("https://friend.example", "access-control-allow-headers"))
        .hasValueSatisfying(
            allowed ->
                assertThat(allowed.split(",")).containsExactlyInAnyOrder("*", "Authorization"));
    HttpResponse<String> greeted =
        client.send(
            request("/greet")
                .header("Origin", "https://friend.example")
                .POST(BodyPublishers.noBody())
                .build(),
            BodyHandlers.ofString());
    assertThat(greeted.headers().firstValue("Access-Control-Expose-Headers"))
        .contains("Retry-After");
    assertThat(greeted.headers().firstValue("Access-Control-Allow-Credentials")).isEmpty();
    // When
    server.close();
    start(routes);
    // Then
    assertThat(preflight("https://friend.example")).as("off by default").isEmpty();
  }

  @Test
  void manyReadersHoldNoThreads() throws Exception {
    // Given
    int readers = 200;
    WebLimits many =
        new WebLimits(
            MOST_BYTES, 2_048, Duration.ofSeconds(60), Duration.ofSeconds(60), 300, 300, PATIENCE);
    CountDownLatch opened = new CountDownLatch(readers);
    CompletableFuture<Void> go = new CompletableFuture<>();
    start(many, new Routes().get("/events", oneEventAfter(go, opened)));
    // When
    List<CompletableFuture<HttpResponse<String>>> all =
        IntStream.range(0, readers)
            .mapToObj(i -> client.sendAsync(request("/events").build(), BodyHandlers.ofString()))
            .toList();
    // Then
    assertThat(opened.await(60, TimeUnit.SECONDS)).as("all at the same time").isTrue();
    go.complete(null);
    assertThat(all).allSatisfy(each -> assertThat(each.join().body()).endsWith("data: 1\n\n"));
  }

  @Test
  void answersWhatIsOpenBeforeItStops() throws Exception {
    // Given: a question and a stream wait for longer than connections may idle while it stops
    CompletableFuture<Void> go = new CompletableFuture<>();
    CountDownLatch asked = new CountDownLatch(2);
    start(
        new Routes()
            .get(
                "/later",
                exchange -> {
                  asked.countDown();
                  var unused = go.thenRun(() -> exchange.reply(200, List.of("late")));
                })
            .get("/events", oneEventAfter(go, asked)));
    var later = client.sendAsync(request("/later").build(), BodyHandlers.ofString());
    var events = client.sendAsync(request("/events").build(), BodyHandlers.ofString());
    assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
    HttpRequest late = request("/later").build();
    // When
    CompletableFuture<Void> stopped = CompletableFuture.runAsync(server()::close);
    assertThat(stopped).as("waits for what is open").failsWithin(Duration.ofMillis(2_500));
    go.complete(null);
    // Then
    assertThat(later.get(30, TimeUnit.SECONDS).body()).isEqualTo("[\"late\"]");
    assertThat(events.get(30, TimeUnit.SECONDS).body()).endsWith("data: 1\n\n");
    assertThat(stopped).succeedsWithin(PATIENCE);
    assertThatThrownBy(() -> client.send(late, BodyHandlers.ofString()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void saysThatItStopsOnConnectionsThatLiveOn() throws Exception {
    // A connection that stands still lives on for a second: a machine that stalls for so long is
    // given another try.
    String answer = "";
    for (int tries = 0; answer.isEmpty() && tries < 20; tries++) {
      answer = answerWhileItStops();
    }
    assertThat(answer)
        .startsWith("HTTP/1.1 503")
        .containsIgnoringCase("Retry-After: 1\r\n")
        .containsIgnoringCase("Connection: close\r\n")
        .contains("\"code\":\"stopping\"");
  }

  @Test
  void cutsRequestsThatGoOnForLongerThanItWaits() throws Exception {
    // Given
    CountDownLatch asked = new CountDownLatch(1);
    Duration minute = Duration.ofSeconds(60);
    start(
        new WebLimits(MOST_BYTES, 2_048, minute, minute, 8, 16, Duration.ofMillis(50)),
        new Routes().get("/events", oneEventAfter(new CompletableFuture<>(), asked)));
    var events = client.sendAsync(request("/events").build(), BodyHandlers.ofString());
    assertThat(asked.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    // When
    server().close();
    // Then
    assertThat(events).failsWithin(PATIENCE);
  }

  /** What a connection is told once another one is served no more; empty: its end. */
  private String answerWhileItStops() throws Exception {
    // Given
    CompletableFuture<Void> go = new CompletableFuture<>();
    CountDownLatch asked = new CountDownLatch(1);
    start(
        new Routes()
            .get("/events", oneEventAfter(go, asked))
            .get("/now", exchange -> exchange.reply(200, "now")));
    var events = client.sendAsync(request("/events").build(), BodyHandlers.ofString());
    assertThat(asked.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    try (Socket busy = new Socket("127.0.0.1", server().port());
        Socket still = new Socket("127.0.0.1", server().port())) {
      assertThat(answerTo(still)).startsWith("HTTP/1.1 200");
      // When
      CompletableFuture<Void> stopped = CompletableFuture.runAsync(server()::close);
      while (answerTo(busy).startsWith("HTTP/1.1 200")) {
        Thread.onSpinWait();
      }
      String answer = answerTo(still);
      // Then
      go.complete(null);
      assertThat(events.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      assertThat(stopped).succeedsWithin(PATIENCE);
      return answer;
    }
  }

  /** Asks once more on a connection, and reads as much as there is; nothing where it has ended. */
  private static String answerTo(Socket socket) {
    byte[] answer = new byte[4_096];
    try {
      socket
          .getOutputStream()
          .write("GET /now HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
      return new String(answer, 0, Math.max(0, socket.getInputStream().read(answer)), UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  /** A stream that waits for {@code go}. */
  private static Endpoint oneEventAfter(CompletableFuture<Void> go, CountDownLatch opened) {
    return exchange -> {
      EventStream events = exchange.events();
      opened.countDown();
      var unused =
          go.thenRun(
              () -> {
                events.send("number", 1);
                events.end();
              });
    };
  }

  private static WebLimits limits(int requests) {
    return new WebLimits(
        MOST_BYTES, 2_048, Duration.ofSeconds(60), Duration.ofSeconds(60), requests, 16, PATIENCE);
  }

  private void start(Routes routes) {
    start(LIMITS, routes);
  }

  private void start(WebLimits limits, Routes routes) {
    start(limits, List.of(), routes);
  }

  private void start(WebLimits limits, List<Check> checks, Routes routes) {
    server = WebServer.start(Binding.plain("test", "127.0.0.1", 0, limits), checks, routes);
  }

  private WebServer server() {
    if (server == null) {
      throw new IllegalStateException("not started");
    }
    return server;
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server().port() + path));
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(request(path).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> head(String path) throws IOException, InterruptedException {
    return client.send(
        request(path).method("HEAD", BodyPublishers.noBody()).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    return send(path, BodyPublishers.ofString(body));
  }

  private HttpResponse<String> send(String path, HttpRequest.BodyPublisher body)
      throws IOException, InterruptedException {
    return client.send(
        request(path).header("Content-Type", "application/json").POST(body).build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> authorized(String header) throws IOException, InterruptedException {
    return client.send(
        request("/").header("Authorization", header).build(), BodyHandlers.ofString());
  }

  private int calledBy(String caller) throws IOException, InterruptedException {
    return client
        .send(request("/").header("X-Caller", caller).build(), BodyHandlers.ofString())
        .statusCode();
  }

  private String withHost(String host) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server().port())) {
      socket
          .getOutputStream()
          .write(("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n").getBytes(US_ASCII));
      return firstLine(socket.getInputStream());
    }
  }

  private Optional<String> preflight(String origin) throws IOException {
    return preflightHeader(origin, "access-control-allow-origin");
  }

  private Optional<String> preflightHeader(String origin, String name) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server().port())) {
      socket
          .getOutputStream()
          .write(
              ("OPTIONS /greet HTTP/1.1\r\nHost: localhost\r\nOrigin: "
                      + origin
                      + "\r\nAccess-Control-Request-Method: POST\r\n"
                      + "Access-Control-Request-Headers: authorization,x-stainless-os\r\n"
                      + "Connection: close\r\n\r\n")
                  .getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), UTF_8)
          .lines()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ": "))
          .map(line -> line.substring(line.indexOf(' ') + 1))
          .findFirst();
    }
  }

  /** Whether the other end takes another byte. */
  private static boolean takes(Socket socket) {
    try {
      socket.getOutputStream().write('x');
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private Socket ask(String path) throws IOException {
    Socket socket = new Socket("127.0.0.1", server().port());
    socket
        .getOutputStream()
        .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(US_ASCII));
    return socket;
  }

  private static String firstLine(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\r' && c != -1; c = in.read()) {
      line.append((char) c);
    }
    return line.toString();
  }

  private static JsonNode json(HttpResponse<String> response) throws IOException {
    return new ObjectMapper().readTree(response.body());
  }

  private static JsonNode tree(String singleQuoted) throws IOException {
    return new ObjectMapper()
        .readTree(singleQuoted.replace("\\'", "\u0000").replace('\'', '"').replace('\u0000', '\''));
  }

  /** Status, code and detail, and the field where there is one. */
  private static String problem(HttpResponse<String> response) throws IOException {
    JsonNode body = json(response);
    assertThat(body.get("status").asInt()).isEqualTo(response.statusCode());
    return response.statusCode()
        + " "
        + body.get("code").asText()
        + " "
        + body.get("detail").asText()
        + (body.has("field") ? " (" + body.get("field").asText() + ")" : "");
  }
}
