package io.github.refragstreams.topology.internal.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class OriginTest {

  @Test
  void comesBackFromTheHeadersThatCarryIt() {
    // Given
    RecordHeaders headers = new RecordHeaders();
    headers.add("traceparent", new byte[] {1});
    Origin origin = new Origin("t", 1, 2, 3, new byte[] {4}, new byte[] {5}, headers);
    // When
    Headers carried = Kind.DOCUMENT.addTo(origin.carried());
    // Then
    assertThat(Origin.carriedBy(carried)).usingRecursiveComparison().isEqualTo(origin);
    assertThat(Kind.of(carried)).isEqualTo(Kind.DOCUMENT);
    assertThat(names(headers)).containsExactly("traceparent");
  }

  @Test
  void isAbsentWhereNoneIsCarried() {
    assertThat(Origin.carriedBy(new RecordHeaders())).isNull();
    assertThat(Kind.of(new RecordHeaders())).isEqualTo(Kind.PASSAGE);
  }

  @Test
  void tellsNothingOfTheRecordInItsText() {
    // Given
    Origin origin =
        new Origin(
            "t", 1, 2, 3, "key".getBytes(UTF_8), "value".getBytes(UTF_8), new RecordHeaders());
    // Then
    assertThat(origin).hasToString("Origin[t-1@2]");
  }

  private static List<String> names(Headers headers) {
    List<String> names = new ArrayList<>();
    headers.forEach(header -> names.add(header.key()));
    return names;
  }
}
