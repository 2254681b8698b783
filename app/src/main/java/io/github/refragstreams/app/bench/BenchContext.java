package io.github.refragstreams.app.bench;

import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.app.eval.Excerpts;
import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.model.PassageContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Real passages with a given number of tokens in all.
 *
 * @param texts tokens of each passage, all with the same k
 * @param passages where they come from, in the same order
 */
record BenchContext(List<ChunkedText> texts, List<Passage> passages) {

  /**
   * The first passages of the corpus, the last one cut, so that they have {@code tokens} tokens.
   *
   * @throws IllegalArgumentException when the corpus has fewer
   */
  static BenchContext of(Models models, Collection<Passage> corpus, int tokens, int chunkTokens) {
    List<ChunkedText> texts = new ArrayList<>();
    List<Passage> passages = new ArrayList<>();
    int left = tokens;
    for (Iterator<Passage> next = corpus.iterator(); left > 0; ) {
      if (!next.hasNext()) {
        throw new IllegalArgumentException(
            "the corpus has " + (tokens - left) + " tokens; the context is to have " + tokens);
      }
      Passage passage = next.next();
      ChunkedText text = models.chunker().chunk(passage.title(), passage.text(), chunkTokens);
      ChunkedText kept = Excerpts.first(text, left);
      texts.add(kept);
      passages.add(passage);
      left -= kept.tokens();
    }
    return new BenchContext(List.copyOf(texts), List.copyOf(passages));
  }

  /** Encodes all passages; returns when the last one is done. */
  List<PassageContext> encode(Models models) {
    List<CompletableFuture<ChunkVectors>> vectors =
        texts.stream().map(models.encoder()::encode).toList();
    List<PassageContext> encoded = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      Passage passage = passages.get(i);
      encoded.add(
          new PassageContext(
              passage.pid(),
              i,
              null,
              passage.title(),
              passage.text(),
              texts.get(i),
              vectors.get(i).join()));
    }
    return encoded;
  }
}
