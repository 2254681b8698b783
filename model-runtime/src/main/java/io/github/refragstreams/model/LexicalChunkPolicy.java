package io.github.refragstreams.model;

import io.github.refragstreams.model.internal.text.Word;
import io.github.refragstreams.model.internal.text.Words;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The untrained baseline: a chunk is worth what it is near to. Each of its tokens counts the
 * question's terms close by, weighted by inverse document frequency over the query's passages and
 * fading with the distance in tokens, so that the same text stays raw whatever k is; the passage's
 * relevance to the retriever is added.
 */
public final class LexicalChunkPolicy implements ChunkPolicy {
  // Per token of distance: an answer mostly follows the words of its question, within a line or
  // two.
  private static final float FADE_AFTER = (float) Math.exp(-1.0 / 16);
  private static final float FADE_BEFORE = (float) Math.exp(-1.0 / 8);
  private static final float RELEVANCE = 0.5f;

  @Override
  public String id() {
    return "lexical-2";
  }

  @Override
  public List<float[]> score(String question, List<PassageContext> passages) {
    Set<String> asked = Words.terms(question);
    List<List<Word>> words = passages.stream().map(p -> Words.of(p.readText())).toList();
    Map<String, Float> weights = weights(asked, words);
    List<Float> relevance = relevance(passages);
    List<float[]> scores = new ArrayList<>(passages.size());
    for (int p = 0; p < passages.size(); p++) {
      scores.add(
          chunkScores(
              passages.get(p).chunks(), words.get(p), weights, RELEVANCE * relevance.get(p)));
    }
    return scores;
  }

  /** Inverse document frequency of each asked term, scaled so that the weights sum up to 1. */
  private static Map<String, Float> weights(Set<String> asked, List<List<Word>> passages) {
    Map<String, Integer> containing = new HashMap<>();
    for (List<Word> words : passages) {
      Set<String> present = new HashSet<>();
      for (Word word : words) {
        if (asked.contains(word.term()) && present.add(word.term())) {
          containing.merge(word.term(), 1, Integer::sum);
        }
      }
    }
    Map<String, Float> weights = new HashMap<>();
    double sum = 0;
    for (String term : asked) {
      int n = containing.getOrDefault(term, 0);
      double weight = Math.log(1 + (passages.size() - n + 0.5) / (n + 0.5));
      weights.put(term, (float) weight);
      sum += weight;
    }
    float scale = sum == 0 ? 0f : (float) (1 / sum);
    weights.replaceAll((term, weight) -> weight * scale);
    return weights;
  }

  /** Mean over the chunk's tokens of what they are near to, plus the passage's relevance. */
  private static float[] chunkScores(
      ChunkedText chunks, List<Word> words, Map<String, Float> weights, float relevance) {
    float[] near = new float[chunks.tokens()];
    for (Map.Entry<String, Float> term : weights.entrySet()) {
      addNearness(near, places(chunks, words, term.getKey()), term.getValue());
    }
    float[] scores = new float[chunks.chunks()];
    for (int c = 0; c < scores.length; c++) {
      float sum = 0;
      for (int t = chunks.firstToken(c); t < chunks.endToken(c); t++) {
        sum += near[t];
      }
      scores[c] = sum / chunks.tokens(c) + relevance;
    }
    return scores;
  }

  /** Which tokens are part of an occurrence of the term. */
  private static boolean[] places(ChunkedText chunks, List<Word> words, String term) {
    boolean[] places = new boolean[chunks.tokens()];
    int token = 0;
    for (Word word : words) {
      while (token < places.length && chunks.tokenEnds()[token] <= word.start()) {
        token++;
      }
      if (word.term().equals(term)) {
        for (int t = token; t < places.length; t++) {
          places[t] = true;
          if (chunks.tokenEnds()[t] >= word.end()) {
            break;
          }
        }
      }
    }
    return places;
  }

  /** Adds the weight, fading with the distance to the closest occurrence. */
  private static void addNearness(float[] near, boolean[] places, float weight) {
    float[] after = new float[near.length];
    float level = 0;
    for (int t = 0; t < near.length; t++) {
      level = places[t] ? 1f : level * FADE_AFTER;
      after[t] = level;
    }
    level = 0;
    for (int t = near.length - 1; t >= 0; t--) {
      level = places[t] ? 1f : level * FADE_BEFORE;
      near[t] += weight * Math.max(after[t], level);
    }
  }

  /** 1 for the best passage: by the retriever's scores when all have usable ones, else by rank. */
  public static List<Float> relevance(List<PassageContext> passages) {
    double best =
        passages.stream().mapToDouble(p -> p.score() == null ? -1 : p.score()).max().orElse(0);
    boolean scored =
        best > 0
            && Double.isFinite(best)
            && passages.stream().allMatch(p -> p.score() != null && p.score() >= 0);
    return passages.stream()
        .map(p -> (float) (scored ? scoreOf(p) / best : 1.0 / (1 + p.rank())))
        .toList();
  }

  private static double scoreOf(PassageContext passage) {
    Double score = passage.score();
    return score == null ? 0 : score;
  }
}
