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
 * The untrained baseline: a chunk is worth what it shares with the question. Its score is the
 * question's terms in it, weighted by inverse document frequency over the query's passages, plus a
 * share of its neighbours' (an answer stands beside the words of its question), plus the passage's
 * relevance to the retriever.
 */
public final class LexicalChunkPolicy implements ChunkPolicy {
  private static final float NEIGHBOUR = 0.5f;
  private static final float RELEVANCE = 0.5f;

  @Override
  public String id() {
    return "lexical-1";
  }

  @Override
  public List<float[]> score(String question, List<PassageContext> passages) {
    Set<String> asked = Words.terms(question);
    List<List<Word>> words = passages.stream().map(p -> Words.of(p.readText())).toList();
    Map<String, Float> weights = weights(asked, words);
    List<Float> relevance = relevance(passages);
    List<float[]> scores = new ArrayList<>(passages.size());
    for (int p = 0; p < passages.size(); p++) {
      float[] own = overlap(passages.get(p).chunks(), words.get(p), weights);
      scores.add(spread(own, RELEVANCE * relevance.get(p)));
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

  /** Per chunk, the summed weight of the distinct terms that it contains, even in part. */
  private static float[] overlap(ChunkedText chunks, List<Word> words, Map<String, Float> weights) {
    float[] scores = new float[chunks.chunks()];
    int next = 0;
    for (int c = 0; c < scores.length; c++) {
      int start = c == 0 ? 0 : chunks.tokenEnds()[chunks.firstToken(c) - 1];
      int end = chunks.tokenEnds()[chunks.endToken(c) - 1];
      while (next < words.size() && words.get(next).end() <= start) {
        next++;
      }
      Set<String> seen = new HashSet<>();
      for (int w = next; w < words.size() && words.get(w).start() < end; w++) {
        String term = words.get(w).term();
        if (seen.add(term)) {
          scores[c] += weights.getOrDefault(term, 0f);
        }
      }
    }
    return scores;
  }

  private static float[] spread(float[] own, float relevance) {
    float[] scores = new float[own.length];
    for (int c = 0; c < own.length; c++) {
      float before = c > 0 ? own[c - 1] : 0f;
      float after = c + 1 < own.length ? own[c + 1] : 0f;
      scores[c] = own[c] + NEIGHBOUR * (before + after) + relevance;
    }
    return scores;
  }

  /** 1 for the best passage: by the retriever's scores when all have usable ones, else by rank. */
  private static List<Float> relevance(List<PassageContext> passages) {
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
