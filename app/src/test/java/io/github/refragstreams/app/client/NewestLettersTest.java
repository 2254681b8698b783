package io.github.refragstreams.app.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class NewestLettersTest {
  @Test
  void keepsTheNewestInWhateverOrderTheyCome() {
    // Given
    NewestLetters newest = new NewestLetters(3);
    // When
    newest.add(letter(1, 0, 50));
    newest.add(letter(0, 10, 20));
    newest.add(letter(0, 9, 20));
    newest.add(letter(1, 1, 10));
    newest.add(letter(0, 11, 40));
    // Then: of one time, the place decides
    assertThat(newest.oldestFirst())
        .extracting(letter -> letter.id().toString())
        .containsExactly("0@10", "0@11", "1@0");
    assertThat(newest.newestFirst())
        .extracting(letter -> letter.id().toString())
        .containsExactly("1@0", "0@11", "0@10");
  }

  private static RefusedRecord letter(int partition, long offset, long second) {
    return new RefusedRecord(
        new LetterId(partition, offset),
        Instant.ofEpochSecond(second),
        "rag.queries",
        "rag.queries-0@0",
        "intake",
        "NOT_AVRO",
        "",
        null,
        true);
  }
}
