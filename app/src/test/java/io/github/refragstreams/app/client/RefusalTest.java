package io.github.refragstreams.app.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.topology.DeadLetterHeaders;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class RefusalTest {
  private final Headers headers = new RecordHeaders();

  @Test
  void hasTheMessageOfOurExceptions() {
    // Given
    add(DeadLetterHeaders.EXCEPTION, "io.github.refragstreams.topology.internal.Unusable");
    add(DeadLetterHeaders.MESSAGE, "options.chunk_tokens is 5; expected 4");
    add(DeadLetterHeaders.CODE, "UNSUPPORTED_CHUNK_TOKENS");
    add(DeadLetterHeaders.STAGE, "intake");
    add(DeadLetterHeaders.TOPIC, "rag.queries");
    // When
    Refusal refusal = Refusal.of(headers);
    // Then
    assertThat(refusal.topic()).isEqualTo("rag.queries");
    assertThat(new RefusedException(refusal))
        .hasMessage(
            "the question was refused at stage 'intake': UNSUPPORTED_CHUNK_TOKENS:"
                + " options.chunk_tokens is 5; expected 4");
  }

  @Test
  void leavesOutWhatForeignExceptionsSay() {
    // Given
    add(DeadLetterHeaders.EXCEPTION, "java.lang.IllegalArgumentException");
    add(DeadLetterHeaders.MESSAGE, "cannot read 'my secret question'");
    add(DeadLetterHeaders.CODE, "UNEXPECTED");
    // When, Then
    assertThat(Refusal.of(headers).reason()).isEqualTo("UNEXPECTED");
  }

  @Test
  void knowsNothingOfADeadLetterWithoutHeaders() {
    assertThat(Refusal.of(headers)).isEqualTo(new Refusal("unknown", "unknown", "unknown", ""));
  }

  private void add(String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
