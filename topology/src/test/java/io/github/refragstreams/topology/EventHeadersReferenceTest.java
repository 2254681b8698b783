package io.github.refragstreams.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The reference page tells all headers that outputs have, and no others. */
class EventHeadersReferenceTest {
  private static final Pattern HEADER = Pattern.compile("\\| `([^`]+)` \\| [^|]+ \\|");

  private final TopologyFixture fixture = new TopologyFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void tellsTheHeadersOfAnswersTokensAndDeadLetters() throws IOException {
    // Given
    RecordHeaders headers = new RecordHeaders();
    for (String name : List.of("traceparent", "tracestate", "baggage")) {
      headers.add(name, "told".getBytes(UTF_8));
    }
    // When
    fixture.ask(Samples.query("q").setExpectedPassages(0).build(), headers);
    fixture.ask(Samples.query("r").setQuestion(" "));
    fixture.tick();
    // Then
    assertThat(told("rag.answers")).isEqualTo(names(fixture.answerRecords().get(0)));
    assertThat(told("rag.answer-tokens")).isEqualTo(names(fixture.tokenRecords().get(0)));
    Set<String> refused = new TreeSet<>(fixture.deadLetters().get(0).headerNames());
    refused.add(DeadLetterHeaders.REPLAY_OF);
    refused.add(DeadLetterHeaders.CUT);
    assertThat(told("rag.dead-letters")).isEqualTo(refused);
  }

  private static Set<String> names(TestRecord<?, ?> record) {
    return Arrays.stream(record.headers().toArray())
        .map(Header::key)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> told(String topic) throws IOException {
    Path page = Path.of(System.getProperty("refrag.root"), "docs/reference/events.md");
    return Files.readAllLines(page).stream()
        .dropWhile(line -> !line.equals("## " + topic))
        .dropWhile(line -> !line.equals("| header | meaning |"))
        .takeWhile(line -> !line.isEmpty())
        .flatMap(line -> HEADER.matcher(line).results())
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
