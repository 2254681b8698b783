package io.github.refragstreams.topology.internal.answer;

import io.github.refragstreams.model.Causes;
import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.schemas.EncodedPassage;
import io.github.refragstreams.schemas.RetrievedPassage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Brings passages into the form that a query asks for. Those that were encoded with another k, or
 * by the encoder of another bundle, are encoded again.
 */
final class Contexts {
  private final Models models;
  private final Encodings encodings;
  private final int chunkTokens;

  /** Passages that can be read, and ids of those that cannot be encoded. */
  record Found(List<Context> contexts, List<String> unusable) {}

  Contexts(Models models, Encodings encodings, int chunkTokens) {
    this.models = models;
    this.encodings = encodings;
    this.chunkTokens = chunkTokens;
  }

  CompletableFuture<Found> of(List<EncodedPassage> passages) {
    List<CompletableFuture<@Nullable Context>> all = new ArrayList<>();
    for (EncodedPassage passage : passages) {
      all.add(
          fits(passage) ? CompletableFuture.completedFuture(Context.of(passage)) : anew(passage));
    }
    return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
        .thenApply(
            done -> {
              List<Context> contexts = new ArrayList<>();
              List<String> unusable = new ArrayList<>();
              for (int i = 0; i < all.size(); i++) {
                Context context = all.get(i).join();
                if (context == null) {
                  unusable.add(passages.get(i).getPassage().getPassageId());
                } else {
                  contexts.add(context);
                }
              }
              return new Found(contexts, unusable);
            });
  }

  private boolean fits(EncodedPassage passage) {
    return passage.getChunkTokens() == chunkTokens
        && passage.getEncoderId().equals(models.bundle().encoderId())
        && passage.getDimension() == models.bundle().dimension();
  }

  /** Null when the passage cannot be encoded like this; other failures fail the attempt. */
  private CompletableFuture<@Nullable Context> anew(EncodedPassage encoded) {
    RetrievedPassage passage = encoded.getPassage();
    long start = System.nanoTime();
    ChunkedText chunks = models.chunker().chunk(passage.getTitle(), passage.getText(), chunkTokens);
    return encodings
        .encode(chunks)
        .handle(
            (vectors, failure) -> {
              if (failure != null) {
                requireUnusable(failure);
                return null;
              }
              long millis = (System.nanoTime() - start) / 1_000_000;
              return context(passage, chunks, vectors, encoded.getEncodeMs() + millis);
            });
  }

  private static Context context(
      RetrievedPassage passage, ChunkedText chunks, ChunkVectors vectors, long encodeMillis) {
    return new Context(Context.context(passage, chunks, vectors), false, encodeMillis);
  }

  /**
   * Returns when the text itself cannot be encoded.
   *
   * @throws CompletionException for any other failure
   */
  static void requireUnusable(Throwable thrown) {
    Throwable failure = Causes.of(thrown);
    if (failure instanceof ModelException model && model.kind() == ModelException.Kind.INPUT) {
      return;
    }
    if (failure instanceof ModelException model && model.kind() == ModelException.Kind.MODEL) {
      // Other queries need no encoder, and succeed: that proves nothing against this one.
      throw new CompletionException(
          new ModelException(ModelException.Kind.BUSY, "the encoder cannot be used now", failure));
    }
    throw new CompletionException(failure);
  }
}
