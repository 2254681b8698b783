package io.github.refragstreams.app.retriever;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.app.data.BadInputException;
import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.model.SentenceEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.Lock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DenseRetrieverTest {
  private static final List<Passage> PASSAGES =
      List.of(
          new Passage("river", "The river", "The river flows north, and the river is long."),
          new Passage("ships", null, "She painted ships in a harbour."),
          new Passage("bread", "Bread", "Bread needs flour, water and salt."));

  private static DenseRetriever retriever;

  @BeforeAll
  static void index() {
    retriever = DenseRetriever.over(PASSAGES, encoder(), Optional.empty(), done -> {});
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
        IntStream.range(0, 300).mapToObj(i -> new Passage("p" + i, null, "bread " + i)).toList();
    List<Integer> told = new ArrayList<>();
    // When
    DenseRetriever.over(passages, encoder(), Optional.empty(), told::add).close();
    // Then
    assertThat(told).containsExactly(256, 300);
  }

  @Test
  void passagesOfTheSameTextAreAllFound() {
    // Given
    List<Passage> passages =
        List.of(
            new Passage("a", null, "bread"),
            new Passage("b", null, "bread"),
            new Passage("c", null, "ships"));
    List<Integer> told = new ArrayList<>();
    // When
    try (DenseRetriever two =
        DenseRetriever.over(passages, encoder(), Optional.empty(), told::add)) {
      // Then
      assertThat(pids(two.search("bread", List.of(), 2))).containsExactly("a", "b");
      assertThat(pids(two.search("bread", List.of(), 1))).containsExactly("a");
    }
    assertThat(told).containsExactly(2);
  }

  @Test
  void aFolderKeepsVectorsForTheNextStart(@TempDir Path folder) {
    // Given
    List<Passage> before = List.of(PASSAGES.get(0), PASSAGES.get(1));
    List<Passage> after = List.of(PASSAGES.get(1), PASSAGES.get(2));
    DenseRetriever.over(before, encoder(), Optional.of(folder), done -> {}).close();
    List<Integer> told = new ArrayList<>();
    // When
    try (DenseRetriever second =
        DenseRetriever.over(after, encoder(), Optional.of(folder), told::add)) {
      // Then: one text was new, one has gone
      assertThat(told).containsExactly(1);
      assertThat(pids(second.search("the river flows north", List.of(), 3)))
          .containsExactlyInAnyOrder("ships", "bread");
    }
  }

  @Test
  void vectorsOfAnotherEncoderAreNotUsed(@TempDir Path folder) {
    // Given
    DenseRetriever.over(PASSAGES, encoder(), Optional.of(folder), done -> {}).close();
    SentenceEncoder other = SentenceEncoder.open(Encoders.tiny(), 1, 16);
    List<Integer> told = new ArrayList<>();
    // When
    DenseRetriever.over(PASSAGES, other, Optional.of(folder), told::add).close();
    // Then
    assertThat(told).containsExactly(3);
  }

  @Test
  void aFolderThatCannotBeUsedIsNamed(@TempDir Path folder) throws IOException {
    // Given
    DenseRetriever.over(PASSAGES, encoder(), Optional.of(folder), done -> {}).close();
    try (Directory directory = FSDirectory.open(folder);
        Lock held = directory.obtainLock(IndexWriter.WRITE_LOCK_NAME)) {
      held.ensureValid();
      // Then
      assertThatThrownBy(
              () -> DenseRetriever.over(PASSAGES, encoder(), Optional.of(folder), done -> {}))
          .isInstanceOf(BadInputException.class)
          .hasMessage("vector index " + folder + ": cannot be used: another process writes to it");
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.write(file, new byte[] {1, 2, 3});
      }
    }
    assertThatThrownBy(
            () -> DenseRetriever.over(PASSAGES, encoder(), Optional.of(folder), done -> {}))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("vector index " + folder + ": cannot be used: ");
  }

  private static List<String> pids(List<Hit> hits) {
    return hits.stream().map(hit -> hit.passage().pid()).toList();
  }

  private static String sentence(Random random, String[] words) {
    StringBuilder sentence = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      sentence.append(words[random.nextInt(words.length)]).append(' ');
    }
    return sentence.toString();
  }

  private static List<String> found(List<Passage> passages) {
    try (DenseRetriever other =
        DenseRetriever.over(passages, encoder(), Optional.empty(), done -> {})) {
      return pids(other.search("the river flows north", List.of(), 20));
    }
  }

  private static SentenceEncoder encoder() {
    return SentenceEncoder.open(Encoders.tiny(), 1, 32);
  }
}
