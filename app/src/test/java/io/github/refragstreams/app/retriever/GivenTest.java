package io.github.refragstreams.app.retriever;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.app.data.Passage;
import java.util.List;
import org.junit.jupiter.api.Test;

class GivenTest {
  @Test
  void ranksPassagesInTheirOrderWhateverTheQuestion() {
    // Given
    Passage sky = new Passage("s", null, "The sky is blue.");
    Passage coal = new Passage("c", "Coal", "It is black.");
    Passage grass = new Passage("g", null, "Grass is green.");
    // When
    List<Hit> hits = new Given(List.of(sky, coal, grass)).search("Who wrote it?", List.of(), 2);
    // Then
    assertThat(hits).containsExactly(new Hit(sky, 0, 1.0), new Hit(coal, 1, 0.5));
  }
}
