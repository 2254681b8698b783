package io.github.refragstreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LexicalChunkPolicyTest {
  private final LexicalChunkPolicy policy = new LexicalChunkPolicy();

  @Test
  void fadesWithTheDistanceToTheQuestionsTermsFasterBeforeThemThanAfter() {
    // Given: chunks "red fox ", "in Oslo ", "runs on ", "and on!!"
    PassageContext passage = Fakes.passage("a", 0, null, "red fox in Oslo runs on and on!!", 8);
    // When
    float[] scores = policy.score("Where is oslo?", List.of(passage)).get(0);
    // Then
    assertThat(scores[1]).isGreaterThan(scores[2]);
    assertThat(scores[2]).isGreaterThan(scores[3]).isGreaterThan(scores[0]);
  }

  @Test
  void scoresTheSameTextAlikeWhateverTheChunkSize() {
    // Given
    String text = "red fox in Oslo runs on and on!!";
    PassageContext fine = Fakes.passage("a", 0, null, text, 4);
    PassageContext coarse = Fakes.passage("a", 0, null, text, 8);
    // When
    float[] fineScores = policy.score("Where is oslo?", List.of(fine)).get(0);
    float[] coarseScores = policy.score("Where is oslo?", List.of(coarse)).get(0);
    // Then
    assertThat(coarseScores[1]).isCloseTo((fineScores[2] + fineScores[3]) / 2, within(1e-6f));
  }

  @Test
  void countsAWordThatTheChunkBorderCutsForBothChunks() {
    // Given: chunks "is Os", "lo ..", "....."
    PassageContext passage = Fakes.passage("a", 0, null, "is Oslo ..............", 5);
    // When
    float[] scores = policy.score("Oslo", List.of(passage)).get(0);
    // Then
    assertThat(scores[0]).isGreaterThan(scores[2]);
    assertThat(scores[1]).isGreaterThan(scores[2]);
  }

  @Test
  void weighsRareTermsMoreThanCommonOnes() {
    // Given
    List<PassageContext> passages =
        List.of(
            Fakes.passage("a", 0, 1.0, null, "river    ", 9),
            Fakes.passage("b", 1, 1.0, null, "bridge   ", 9),
            Fakes.passage("c", 2, 1.0, null, "river    ", 9));
    // When
    List<float[]> scores = policy.score("river bridge", passages);
    // Then
    assertThat(scores.get(1)[0]).isGreaterThan(scores.get(0)[0]);
  }

  @Test
  void prefersTheRetrieversBestAmongEqualChunks() {
    // Given
    List<PassageContext> byRank =
        List.of(Fakes.passage("a", 1, null, "same", 4), Fakes.passage("b", 0, null, "same", 4));
    List<PassageContext> byScore =
        List.of(
            Fakes.passage("a", 1, 3.0, null, "same", 4),
            Fakes.passage("b", 0, 2.0, null, "same", 4));
    // When
    List<float[]> ranked = policy.score("other", byRank);
    List<float[]> scored = policy.score("other", byScore);
    // Then
    assertThat(ranked.get(1)[0]).isGreaterThan(ranked.get(0)[0]);
    assertThat(scored.get(0)[0]).isGreaterThan(scored.get(1)[0]);
  }

  @Test
  void givesFiniteScoresToQuestionsWithoutWords() {
    // When
    List<float[]> scores =
        policy.score("?!", List.of(Fakes.passage("a", 0, Double.NaN, null, "text", 4)));
    // Then
    assertThat(scores.get(0)[0]).isFinite();
  }

  /** Training chooses chunks with the same scores; its tests compare with the same file. */
  @Test
  void scoresAsTrainingDoes() throws IOException {
    // Given: one token per character
    JsonNode golden = new ObjectMapper().readTree(getClass().getResource("lexical-scores.json"));
    List<PassageContext> passages =
        IntStream.range(0, golden.at("/passages").size())
            .mapToObj(
                i ->
                    Fakes.passage(
                        "p" + i,
                        golden.at("/ranks/" + i).intValue(),
                        null,
                        golden.at("/passages/" + i).textValue(),
                        golden.at("/k").intValue()))
            .toList();
    // When
    List<float[]> scores = policy.score(golden.at("/question").textValue(), passages);
    // Then
    for (int p = 0; p < scores.size(); p++) {
      float[] expected = new ObjectMapper().treeToValue(golden.at("/scores/" + p), float[].class);
      assertThat(scores.get(p)).containsExactly(expected, within(1e-5f));
    }
  }
}
