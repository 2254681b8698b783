package io.github.refragstreams.app.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.refragstreams.app.client.ClientSettings;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.app.service.AnsweringService;
import io.github.refragstreams.app.topics.TopicAdmin;
import io.github.refragstreams.schemas.AnswerToken;
import io.github.refragstreams.schemas.Document;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.Topics;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The API over a real broker and topology; only the models are scripted. */
class ApiTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private static Path folder;

  private static final ScriptedDecoder decoder = new ScriptedDecoder();
  private static final HttpClient client = HttpClient.newHttpClient();
  private static EmbeddedKafka kafka;
  private static EventSerdes serdes;
  private static AnsweringService service;
  private static Api api;

  /** What one server-sent event says. */
  private record Event(String name, JsonNode data) {}

  @BeforeAll
  static void start() throws IOException {
    kafka = EmbeddedKafka.start(0);
    Path corpus = folder.resolve("corpus.jsonl");
    Files.writeString(
        corpus,
        """
        {"pid": "tower", "title": "The tower", "text": "The tower is made of iron."}
        {"pid": "river", "title": "The river", "text": "The river is deep."}
        """);
    AppConfig config = config(Map.of("retriever.corpus", corpus.toString()));
    try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
      admin.create(Topics.required(config.topology()), Optional.empty());
    }
    serdes = new EventSerdes(config.kafka());
    service = AnsweringService.start(config, Map.of(), decoder.models(), serdes);
    service.awaitRunning(PATIENCE);
    api = Api.start(config, serdes, "fake@1", line -> {});
  }

  @AfterAll
  static void stop() {
    api.close();
    service.close();
    serdes.close();
    kafka.close();
  }

  @Test
  void answersFromThePassagesThatItIsGiven() throws Exception {
    // When
    JsonNode answer =
        ok(
            post(
                "/v1/ask",
                """
                {"question": "how tall?", "passages": [
                  {"passage_id": "a", "title": "Towers", "text": "300 m", "source_uri": "x:y"},
                  {"text": "of iron"}]}
                """));
    // Then
    Schemas.assertValid("Answer", answer);
    assertThat(answer.get("text").asText()).isEqualTo("answer to how tall?");
    assertThat(answer.get("status").asText()).isEqualTo("COMPLETE");
    assertThat(answer.at("/stats/passages").asInt()).isEqualTo(2);
    assertThat(answer.get("passages").findValuesAsText("passage_id")).containsExactly("a", "p1");
  }

  @Test
  void answersFromPassagesThatItRetrieves() throws Exception {
    // When
    JsonNode answer = ok(post("/v1/ask", "{\"question\": \"What is the tower made of?\"}"));
    // Then
    Schemas.assertValid("Answer", answer);
    assertThat(answer.get("passages").findValuesAsText("passage_id")).startsWith("tower");
  }

  @Test
  void tellsHowPassagesWereReadWhenAsked() throws Exception {
    // When
    JsonNode answer =
        ok(
            post(
                "/v1/ask",
                """
                {"question": "how tall?", "passages": [{"text": "12345678"}],
                 "options": {"explain": true, "chunk_tokens": 4, "expand_fraction": 0.5}}
                """));
    // Then
    Schemas.assertValid("Answer", answer);
    assertThat(answer.at("/reading/0"))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"passage_id": "p0", "cached": false, "chunk_ends": [4, 8], "raw": [0],
                     "others_left_out": false, "scores": [1.0, 0.0]}
                    """));
  }

  @Test
  void streamsWhatIsNotCommittedYetToThoseWhoWantIt() throws Exception {
    // Given: a server of its own, which connects once more for this
    try (Api other = Api.start(config(Map.of()), serdes, "fake@1", line -> {})) {
      // When
      HttpResponse<String> response =
          client.send(
              request(other, "/v1/ask")
                  .header("Accept", "text/event-stream")
                  .POST(
                      BodyPublishers.ofString(
                          "{\"question\": \"soon?\", \"passages\": [], \"uncommitted\": true}"))
                  .build(),
              BodyHandlers.ofString());
      // Then
      List<Event> events = parse(response.body());
      assertThat(events.get(events.size() - 1).data().get("text").asText())
          .isEqualTo("answer to soon?");
    }
  }

  @Test
  void answersWithoutPassages() throws Exception {
    // When
    JsonNode answer = ok(post("/v1/ask", "{\"question\": \"why?\", \"passages\": []}"));
    // Then
    assertThat(answer.get("status").asText()).isEqualTo("NO_CONTEXT");
  }

  @Test
  void streamsAnswersAsEvents() throws Exception {
    // When
    List<Event> events =
        events(
            "/v1/ask", "{\"question\": \"one two three\", \"passages\": [{\"text\": \"four\"}]}");
    // Then
    assertThat(events.get(0).name()).isEqualTo("question");
    assertThat(events.get(0).data().at("/passages/0/text").asText()).isEqualTo("four");
    assertThat(
            events.stream()
                .filter(event -> event.name().equals("text"))
                .map(event -> event.data().get("text").asText())
                .collect(Collectors.joining()))
        .isEqualTo("answer to one two three");
    Event last = events.get(events.size() - 1);
    assertThat(last.name()).isEqualTo("answer");
    Schemas.assertValid("Answer", last.data());
    assertThat(last.data().get("query_id")).isEqualTo(events.get(0).data().get("query_id"));
  }

  @Test
  void streamsAnswersFromAsManyPassagesAsABodyHolds() throws Exception {
    // Given
    String passages =
        IntStream.range(0, 100)
            .mapToObj(i -> "{\"text\": \"" + i + "x".repeat(3_000) + "\"}")
            .collect(Collectors.joining(","));
    // When
    List<Event> events =
        events("/v1/ask", "{\"question\": \"long?\", \"passages\": [" + passages + "]}");
    // Then
    assertThat(events.get(0).data().get("passages")).hasSize(100);
    Event last = events.get(events.size() - 1);
    assertThat(last.name()).isEqualTo("answer");
    assertThat(last.data().get("passages")).hasSize(100);
  }

  @Test
  void conversationsGoOnWithWhatWasSaidBefore() throws Exception {
    // Given
    String talk = "{\"conversation_id\": \"talk\", \"passages\": [], \"question\": ";
    ok(post("/v1/ask", talk + "\"first?\"}"));
    // When
    JsonNode second = ok(post("/v1/ask", talk + "\"second?\"}"));
    JsonNode given =
        ok(
            post(
                "/v1/ask",
                """
                {"question": "alone?", "passages": [], "history": [
                  {"question": "a?", "answer": "b"}, {"question": "c?", "answer": "d"}]}
                """));
    // Then
    assertThat(second.at("/stats/history_turns").asInt()).isEqualTo(1);
    assertThat(given.at("/stats/history_turns").asInt()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"question": " "}                                  | 400 | question
          {"passages": []}                                   | 400 | question
          {"question": "?", "passages": [{"text": ""}]}      | 400 | passages[0].text
          {"question": "?", "passages": [{"txt": "a"}]}      | 400 | passages[0].txt
          {"question": "?", "passages": [{"text":"a","passage_id":"x"},{"text":"b","passage_id":"x"}]} | 400 | passages[1].passage_id
          {"question": "?", "retrieve": 0}                   | 400 | retrieve
          {"question": "?", "retrieve": "many"}              | 400 | retrieve
          {"question": {"text": "?"}}                        | 400 | question
          {"question": "?", "passages": "a"}                 | 400 | passages
          {"question": "?", "conversation_id": ""}           | 400 | conversation_id
          {"question": "?", "options": {"mode": "SOME"}}     | 400 | options.mode
          {"question": "?", "history": [{"question": "a"}]}  | 400 | history[0].answer
          {"question": "?", "history": [null]}               | 400 | history[0]
          {"question": "?", "passages": [{"text": "a"}, null]} | 400 | passages[1]
          {"question": "?", "passages": [{"text": "a", "score": "NaN"}]} | 400 | passages[0].score
          {"question": "?", "passages": [{"text": "a"}, {"text": "b", "score": 1e999}]} | 400 | passages[1].score
          {"question": "?", "passages": [{"text": "a", "rank": 1}]} | 400 | passages[0].rank
          """)
  void namesTheFieldThatCannotBeUsed(String body, int status, String field) throws Exception {
    // When
    HttpResponse<String> response = post("/v1/ask", body);
    // Then
    assertThat(response.statusCode()).isEqualTo(status);
    Schemas.assertValid("Problem", json(response));
    assertThat(json(response).get("field").asText()).isEqualTo(field);
  }

  @ParameterizedTest
  @CsvSource({"source_uri, 3000", "title, 20000"})
  void namesWhatIsTooLongOfAPassage(String field, int chars) throws Exception {
    // Given
    String value = "\"" + field + "\": \"" + "!".repeat(chars) + "\"";
    // When
    HttpResponse<String> response =
        post("/v1/ask", "{\"question\": \"?\", \"passages\": [{\"text\": \"a\", " + value + "}]}");
    // Then
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).get("field").asText()).isEqualTo("passages[0]." + field);
    assertThat(json(response).get("detail").asText()).contains("has " + chars + " characters");
  }

  @Test
  void aTurnMayBeLongerThanAPassage() throws Exception {
    // Given
    String answer = "!".repeat(20_000);
    // When
    JsonNode read =
        ok(
            post(
                "/v1/ask",
                "{\"question\": \"?\", \"passages\": [], \"history\": [{\"question\": \"a?\", \"answer\": \""
                    + answer
                    + "\"}]}"));
    // Then
    assertThat(read.at("/stats/history_turns").asInt()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"101, 1, there are 101 turns", "7, 15000, has 105014 characters"})
  void refusesALongHistoryAtOnce(int turns, int chars, String detail) throws Exception {
    // Given
    String turn = "{\"question\": \"?\", \"answer\": \"" + "!".repeat(chars + 1) + "\"}";
    String history = String.join(",", Collections.nCopies(turns, turn));
    // When
    HttpResponse<String> response =
        post("/v1/ask", "{\"question\": \"?\", \"passages\": [], \"history\": [" + history + "]}");
    // Then
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).get("field").asText()).isEqualTo("history");
    assertThat(json(response).get("detail").asText()).contains(detail);
  }

  @ParameterizedTest
  @CsvSource({"101, 1", "7, 15000"})
  void readsTheLastTurnsOfALongChat(int turns, int chars) throws Exception {
    // Given
    String turn =
        "{\"role\": \"user\", \"content\": \"and?\"},"
            + "{\"role\": \"assistant\", \"content\": \""
            + "!".repeat(chars)
            + "\"},";
    // When
    JsonNode completion =
        ok(
            post(
                "/v1/chat/completions",
                "{\"model\": \"fake\", \"passages\": [], \"messages\": ["
                    + turn.repeat(turns)
                    + "{\"role\": \"user\", \"content\": \"how tall?\"}]}"));
    // Then
    assertThat(completion.at("/choices/0/message/content").asText())
        .isEqualTo("answer to how tall?");
  }

  @Test
  void passesOnWhyTheTopologyRefusesAQuestion() throws Exception {
    // Given
    String body = "{\"question\": \"k?\", \"passages\": [], \"options\": {\"chunk_tokens\": 3}}";
    // When
    HttpResponse<String> response = post("/v1/ask", body);
    List<Event> events = events("/v1/ask", body);
    // Then
    assertThat(response.statusCode()).isEqualTo(422);
    JsonNode problem = json(response);
    Schemas.assertValid("Problem", problem);
    assertThat(problem.get("code").asText()).isEqualTo("unsupported-chunk-tokens");
    assertThat(problem.get("detail").asText()).contains("options.chunk_tokens is 3");
    assertThat(events).extracting(Event::name).containsExactly("question", "error");
    assertThat(events.get(1).data()).isEqualTo(problem);
  }

  @Test
  void aReaderThatGoesTakesItsQuestionBack() throws Exception {
    // Given
    int before = decoder.held().size();
    HttpResponse<InputStream> response =
        client.send(
            request("/v1/ask")
                .header("Accept", "text/event-stream")
                .POST(BodyPublishers.ofString("{\"question\": \"?(held)\", \"passages\": []}"))
                .build(),
            BodyHandlers.ofInputStream());
    String id;
    try (InputStream body = response.body()) {
      List<Event> first = readEvents(body, 2);
      assertThat(first).extracting(Event::name).containsExactly("question", "text");
      id = first.get(0).data().get("query_id").asText();
      assertThat(state(id)).isEqualTo("open");
    }
    // Then
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(state(id)).isEqualTo("cancelled"));
    await().atMost(PATIENCE).until(() -> decoder.held().get(before).isCancelled());
  }

  @Test
  void aQuestionCanBeTakenBackByItsId() throws Exception {
    // Given
    CompletableFuture<HttpResponse<String>> asked =
        client.sendAsync(
            request("/v1/ask")
                .header("Accept", "text/event-stream")
                .POST(BodyPublishers.ofString("{\"question\": \"!(held)\", \"passages\": []}"))
                .build(),
            BodyHandlers.ofString());
    assertThat(get("/v1/requests/none").statusCode()).isEqualTo(404);
    // When: the stream would tell the id; the topic tells it as well
    await().atMost(PATIENCE).until(() -> decoder.held().stream().anyMatch(g -> !g.isDone()));
    String id = lastQueryId();
    HttpResponse<String> deleted =
        client.send(request("/v1/requests/" + id).DELETE().build(), BodyHandlers.ofString());
    // Then
    Schemas.assertValid("Request", json(deleted));
    assertThat(json(deleted).get("state").asText()).isEqualTo("cancelled");
    List<Event> events = parse(asked.join().body());
    Event last = events.get(events.size() - 1);
    assertThat(last.name()).isEqualTo("error");
    assertThat(last.data().get("code").asText()).isEqualTo("taken-back");
  }

  @Test
  void aQuestionWithoutAnswerIsTakenBackInTime() throws Exception {
    // Given
    int before = decoder.held().size();
    try (Api impatient =
        Api.start(config(Map.of("http.answer-timeout", "1s")), serdes, "fake@1", line -> {})) {
      // When
      HttpResponse<String> response =
          client.send(
              request(impatient, "/v1/ask")
                  .POST(BodyPublishers.ofString("{\"question\": \"(held)\", \"passages\": []}"))
                  .build(),
              BodyHandlers.ofString());
      // Then
      assertThat(response.statusCode()).isEqualTo(504);
      assertThat(json(response).get("code").asText()).isEqualTo("no-answer");
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(decoder.held().subList(before, decoder.held().size()))
                    .singleElement()
                    .matches(CompletableFuture::isCancelled));
  }

  @Test
  void refusesToRetrieveWithoutARetriever() throws Exception {
    // Given
    try (Api without = Api.start(config(Map.of()), serdes, "fake@1", line -> {})) {
      // When
      HttpResponse<String> response =
          client.send(
              request(without, "/v1/ask")
                  .POST(BodyPublishers.ofString("{\"question\": \"?\"}"))
                  .build(),
              BodyHandlers.ofString());
      // Then
      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(json(response).get("detail").asText()).contains("retriever.corpus is off");
    }
  }

  @Test
  void whatHasBecomeOfAQuestionIsKnownToOtherServersAsWell() throws Exception {
    // Given
    JsonNode answer = ok(post("/v1/ask", "{\"question\": \"known?\", \"passages\": []}"));
    String path = "/v1/requests/" + answer.get("query_id").asText();
    // When
    JsonNode here = ok(get(path));
    JsonNode there;
    try (Api other = Api.start(config(Map.of()), serdes, "fake@1", line -> {})) {
      there = ok(client.send(request(other, path).build(), BodyHandlers.ofString()));
    }
    // Then
    Schemas.assertValid("Request", here);
    assertThat(here.at("/answer/text").asText()).isEqualTo("answer to known?");
    assertThat(there).isEqualTo(here);
  }

  @Test
  void documentsGoToTheirTopic() throws Exception {
    // When
    HttpResponse<String> response =
        post(
            "/v1/documents", "{\"document_id\": \"d1\", \"title\": \"T\", \"text\": \"a\\n\\nb\"}");
    // Then
    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(json(response).get("document_id").asText()).isEqualTo("d1");
    assertThat(documents()).containsExactly(new Document("d1", "T", "a\n\nb"));
    HttpResponse<String> blank = post("/v1/documents", "{\"text\": \" \"}");
    assertThat(blank.statusCode()).isEqualTo(400);
    assertThat(json(blank).get("field").asText()).isEqualTo("text");
  }

  @Test
  void completesChats() throws Exception {
    // Given
    String chat =
        """
        {"model": "fake", "temperature": 0.7, "max_tokens": 20, "passages": [{"text": "300 m"}],
         "messages": [
           {"role": "system", "content": "Be brief."},
           {"role": "user", "content": "which tower?"},
           {"role": "assistant", "content": "the iron one"},
           {"role": "user", "content": [{"type": "text", "text": "how tall?"}]}]}
        """;
    // When
    JsonNode completion = ok(post("/v1/chat/completions", chat));
    // Then
    Schemas.assertValid("ChatCompletion", completion);
    assertThat(completion.at("/choices/0/message/content").asText())
        .isEqualTo("answer to how tall?");
    assertThat(completion.at("/refrag/stats/history_turns").asInt()).isEqualTo(1);
    assertThat(completion.at("/refrag/stats/passages").asInt()).isEqualTo(1);
    assertThat(completion.get("model").asText()).isEqualTo("fake@1");
  }

  @Test
  void saysThatAChatWasCut() throws Exception {
    // When
    JsonNode completion =
        ok(
            post(
                "/v1/chat/completions",
                """
                {"model": "fake@1", "max_tokens": 2, "passages": [],
                 "messages": [{"role": "user", "content": "one two"}]}
                """));
    // Then
    Schemas.assertValid("ChatCompletion", completion);
    assertThat(completion.at("/choices/0/finish_reason").asText()).isEqualTo("length");
  }

  @Test
  void streamsChats() throws Exception {
    // When
    HttpResponse<String> response =
        post(
            "/v1/chat/completions",
            """
            {"model": "fake@1", "stream": true, "stream_options": {"include_usage": true},
             "passages": [], "messages": [{"role": "user", "content": "one two"}]}
            """);
    // Then
    assertThat(response.body()).endsWith("data: [DONE]\n\n");
    List<Event> chunks = parse(response.body().replace("data: [DONE]\n\n", ""));
    assertThat(
            chunks.stream()
                .map(chunk -> chunk.data().at("/choices/0/delta/content").asText())
                .collect(Collectors.joining()))
        .isEqualTo("answer to one two");
    assertThat(chunks.get(0).data().at("/choices/0/delta/role").asText()).isEqualTo("assistant");
    assertThat(chunks.get(chunks.size() - 2).data().at("/choices/0/finish_reason").asText())
        .isEqualTo("stop");
    assertThat(chunks.get(chunks.size() - 1).data().at("/usage/completion_tokens").asInt())
        .isEqualTo(4);
  }

  @Test
  void aChatThatEndsBecauseItsAnswerWasBegunAnewIsTakenBack() throws Exception {
    // Given
    int before = decoder.held().size();
    CompletableFuture<HttpResponse<String>> asked =
        client.sendAsync(
            request("/v1/chat/completions")
                .POST(
                    BodyPublishers.ofString(
                        """
                        {"model": "fake", "stream": true, "passages": [],
                         "messages": [{"role": "user", "content": "anew?(held)"}]}
                        """))
                .build(),
            BodyHandlers.ofString());
    await().atMost(PATIENCE).until(() -> decoder.held().size() > before);
    String id = lastQueryId();
    // When: tokens of another two generations come
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            ClientSettings.producer(config(Map.of()).kafka()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      for (String generation : List.of("crashed", "after the crash")) {
        AnswerToken token = new AnswerToken(id, generation, 0, "a", false);
        producer
            .send(
                new ProducerRecord<>(
                    "rag.answer-tokens",
                    id,
                    serdes.answerToken().serializer().serialize("rag.answer-tokens", token)))
            .get();
      }
    }
    // Then
    assertThat(asked.get(60, TimeUnit.SECONDS).body()).contains("answer_restarted");
    await().atMost(PATIENCE).until(() -> decoder.held().get(before).isCancelled());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"model": "other", "messages": [{"role": "user", "content": "?"}]}       | 404 | model_not_found |
          {"messages": [{"role": "user", "content": "?"}]}                         | 400 | invalid_request | model
          {"model": "fake", "messages": []}                                        | 400 | invalid_request | messages
          {"model": "fake", "messages": [{"role": "assistant", "content": "?"}]}   | 400 | invalid_request | messages
          {"model": "fake", "messages": [{"role": "tool", "content": "?"}]}        | 400 | invalid_request | messages[0].role
          {"model": "fake", "n": 2, "messages": [{"role": "user", "content": "?"}]}| 400 | invalid_request | n
          {"model": "fake", "tools": [{"type": "function"}], "messages": [{"role": "user", "content": "?"}]} | 400 | invalid_request | tools
          {"model": "fake", "messages": [{"role": "user", "content": [{"type": "image_url"}]}]} | 400 | invalid_request | messages[0].content
          {"model": "fake", "messages": [{"role": "user", "content": [{"type": "text", "text": null}]}]} | 400 | invalid_request | messages[0].content
          {"model": "fake", "messages": [{"role": "user", "content": " "}]}        | 400 | invalid_request | messages
          {"model": "fake", "messages": [{"role": "user", "content": " "}, {"role": "assistant", "content": "a"}, {"role": "user", "content": "?"}]} | 400 | invalid_request | messages
          {"model": "fake", "messages": [null]}                                    | 400 | invalid_request | messages[0]
          {"model": "fake", "messages": [{"role": "user", "content": 5}]}          | 400 | invalid_request | messages[0].content
          {"model": "fake", "messages": [{"role": "user", "content": {"type": "text", "text": "?"}}]} | 400 | invalid_request | messages[0].content
          {"model": "fake", "max_tokens": "many", "messages": [{"role": "user", "content": "?"}]} | 400 | invalid_request | max_tokens
          {"model": "fake", "messages": [{"role": "user", "content": "?"}], "passages": [null]} | 400 | invalid_request | passages[0]
          {"model": "fake", "messages":                                            | 400 | invalid_request |
          """)
  void refusesChatsInOpenAisForm(String body, int status, String code, String param)
      throws Exception {
    // When
    HttpResponse<String> response = post("/v1/chat/completions", body);
    // Then
    assertThat(response.statusCode()).isEqualTo(status);
    Schemas.assertValid("OpenAiError", json(response));
    JsonNode error = json(response).get("error");
    assertThat(error.get("code").asText()).isEqualTo(code);
    assertThat(error.get("type").asText()).isEqualTo("invalid_request_error");
    assertThat(error.get("param").asText(null)).isEqualTo(param);
  }

  @Test
  void listsTheOneModel() throws Exception {
    // When
    JsonNode models = ok(get("/v1/models"));
    // Then
    assertThat(models.at("/data/0/id").asText()).isEqualTo("fake@1");
    Schemas.assertValid("Model", models.at("/data/0"));
    assertThat(ok(get("/v1/models/fake@1"))).isEqualTo(models.at("/data/0"));
    assertThat(ok(get("/v1/models/fake"))).isEqualTo(models.at("/data/0"));
    assertThat(json(get("/v1/models/other")).at("/error/code").asText())
        .isEqualTo("model_not_found");
  }

  @Test
  void describesAllThatItServesAndNothingElse() throws Exception {
    // Given
    JsonNode described = ok(get("/v1/openapi.json"));
    // When
    Set<String> served = new TreeSet<>();
    api.described().forEach(route -> served.add(route.method() + " " + route.path()));
    // Then
    assertThat(OpenApiTest.operations(described)).isEqualTo(served);
  }

  @Test
  void manyAskAtATimeThroughOneProducerAndOneConsumer() {
    // Given
    int askers = 100;
    // When
    List<CompletableFuture<HttpResponse<String>>> asked =
        IntStream.range(0, askers)
            .mapToObj(
                i ->
                    client.sendAsync(
                        request("/v1/ask")
                            .header("Accept", i % 2 == 0 ? "text/event-stream" : "*/*")
                            .POST(
                                BodyPublishers.ofString(
                                    "{\"question\": \"number "
                                        + i
                                        + "\", \"passages\": [{\"text\": \"text "
                                        + i
                                        + "\"}]}"))
                            .build(),
                        BodyHandlers.ofString()))
            .toList();
    // Then
    for (int i = 0; i < askers; i++) {
      assertThat(asked.get(i).join().body()).contains("\"text\":\"answer to number " + i + "\"");
    }
    assertThat(
            Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("refrag-outputs")))
        .hasSize(1);
  }

  private static AppConfig config(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("kafka.bootstrap.servers", kafka.bootstrapServers());
    all.put("kafka.schema.registry.url", "mock://api-test");
    all.put("kafka.state.dir", folder.resolve("state").toString());
    all.put("topics.partitions", "1");
    all.put("http.port", "0");
    all.put("http.requests-per-minute", "100000");
    return AppConfig.load(null, Map.of(), all);
  }

  private static HttpRequest.Builder request(String path) {
    return request(api, path);
  }

  private static HttpRequest.Builder request(Api server, String path) {
    return HttpRequest.newBuilder(server.url().resolve(path))
        .header("Content-Type", "application/json")
        .timeout(PATIENCE);
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return client.send(request(path).build(), BodyHandlers.ofString());
  }

  private static HttpResponse<String> post(String path, String body) throws Exception {
    return client.send(
        request(path).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
  }

  private static List<Event> events(String path, String body) throws Exception {
    HttpResponse<String> response =
        client.send(
            request(path)
                .header("Accept", "text/event-stream")
                .POST(BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
    assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
    return parse(response.body());
  }

  private static List<Event> parse(String body) throws IOException {
    return readEvents(
        new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)), Integer.MAX_VALUE);
  }

  private static List<Event> readEvents(InputStream body, int most) throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    List<Event> events = new ArrayList<>();
    String name = "";
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("event: ")) {
        name = line.substring("event: ".length());
      } else if (line.startsWith("data: ")) {
        events.add(new Event(name, new ObjectMapper().readTree(line.substring("data: ".length()))));
        name = "";
        if (events.size() == most) {
          break;
        }
      }
    }
    return events;
  }

  private static String state(String id) throws Exception {
    JsonNode request = ok(get("/v1/requests/" + id));
    Schemas.assertValid("Request", request);
    return request.get("state").asText();
  }

  private static JsonNode ok(HttpResponse<String> response) throws IOException {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return json(response);
  }

  private static JsonNode json(HttpResponse<String> response) throws IOException {
    return new ObjectMapper().readTree(response.body());
  }

  private static List<Document> documents() {
    List<Document> found = new ArrayList<>();
    read(
        "rag.documents",
        value -> found.add(serdes.document().deserializer().deserialize("rag.documents", value)));
    return found;
  }

  private static String lastQueryId() {
    List<String> ids = new ArrayList<>();
    read(
        "rag.queries",
        value ->
            ids.add(serdes.query().deserializer().deserialize("rag.queries", value).getQueryId()));
    return ids.get(ids.size() - 1);
  }

  private static void read(String topic, Consumer<byte[]> each) {
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            ClientSettings.consumer(config(Map.of()).kafka(), true),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer
            .poll(Duration.ofMillis(100))
            .forEach(
                found -> {
                  if (found.value() != null) {
                    each.accept(found.value());
                  }
                });
      }
    }
  }
}
