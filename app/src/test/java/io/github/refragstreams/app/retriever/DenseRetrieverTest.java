package io.github.refragstreams.app.retriever;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.model.SentenceEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DenseRetrieverTest {
  private static final List<Passage> PASSAGES =
      List.of(
          new Passage("river", "The river", "The river flows north, and the river is long."),
          new Passage("ships", null, "She painted ships in a harbour."),
          new Passage("bread", "Bread", "Bread needs flour, water and salt."));

  private static DenseRetriever retriever;

  @BeforeAll
  static void index() {
    retriever = DenseRetriever.over(PASSAGES, encoder(), done -> {});
  }

  @AfterAll
  static void close() {
    retriever.close();
  }

  @Test
  void ranksPassagesByTheCosineOfTheirVectors() {
    // When
    List<Hit> hits = retriever.search("who painted the ships", List.of(), 3);
    // Then
    assertThat(hits).first().extracting(hit -> hit.passage().pid()).isEqualTo("ships");
    assertThat(hits).extracting(Hit::rank).containsExactly(0, 1, 2);
    assertThat(hits).extracting(Hit::score).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    assertThat(hits).allSatisfy(hit -> assertThat(hit.score()).isBetween(-1.0, 1.0));
  }

  @Test
  void aPassageIsFoundByItsOwnWordsAndItsTitle() {
    for (Passage passage : PASSAGES) {
      String title = passage.title() == null ? "" : passage.title() + "\n";
      Hit best = retriever.search(title + passage.text(), List.of(), 1).get(0);
      assertThat(best.passage()).isEqualTo(passage);
      assertThat(best.score()).isGreaterThan(0.9999);
    }
  }

  @Test
  void findsTheSameInEveryGraphOfTheSamePassages() {
    // Given: more passages than a search looks at
    Random random = new Random(7);
    String[] words =
        "river long flows north painted ships harbour bread flour water salt".split(" ");
    List<Passage> passages =
        IntStream.range(0, 1_000)
            .mapToObj(i -> new Passage("p" + i, null, sentence(random, words)))
            .toList();
    List<String> first = found(passages);
    // When
    List<String> second = found(passages);
    // Then
    assertThat(second).isEqualTo(first).hasSize(20);
  }

  @Test
  void tellsHowManyAreEncoded() {
    // Given
    List<Passage> passages =
        IntStream.range(0, 300).mapToObj(i -> new Passage("p" + i, null, "bread")).toList();
    List<Integer> told = new ArrayList<>();
    // When
    DenseRetriever.over(passages, encoder(), told::add).close();
    // Then
    assertThat(told).containsExactly(256, 300);
  }

  private static String sentence(Random random, String[] words) {
    StringBuilder sentence = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      sentence.append(words[random.nextInt(words.length)]).append(' ');
    }
    return sentence.toString();
  }

  private static List<String> found(List<Passage> passages) {
    try (DenseRetriever other = DenseRetriever.over(passages, encoder(), done -> {})) {
      return other.search("the river flows north", List.of(), 20).stream()
          .map(hit -> hit.passage().pid())
          .toList();
    }
  }

  private static SentenceEncoder encoder() {
    return SentenceEncoder.open(Encoders.tiny(), 1, 32);
  }
}
