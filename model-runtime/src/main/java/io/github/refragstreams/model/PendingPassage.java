package io.github.refragstreams.model;

import io.opentelemetry.api.trace.SpanContext;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArraySet;

/** A passage on its way to the encoder. Its owner's lock guards what changes. */
final class PendingPassage {
  final Key key;
  final ChunkedText passage;

  /** Its place among all that came. */
  final long number;

  /** When it came, nanoseconds of the owner's clock. */
  final long since;

  /** What the calls for it were part of. */
  final Set<SpanContext> callers = new CopyOnWriteArraySet<>();

  final CompletableFuture<ChunkVectors> result = new CompletableFuture<>();

  /** Callers that have not cancelled. */
  int waiting;

  /** Set by the {@link FairQueue} that it is in: the tokens that come before it. */
  long start;

  PendingPassage(Key key, ChunkedText passage, long number, long since) {
    this.key = key;
    this.passage = passage;
    this.number = number;
    this.since = since;
  }

  int tokens() {
    return passage.tokens();
  }

  int chunkTokens() {
    return passage.chunkTokens();
  }

  /** What the vectors depend on. */
  record Key(int chunkTokens, int[] ids) {
    static Key of(ChunkedText passage) {
      return new Key(passage.chunkTokens(), passage.tokenIds());
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key that
          && chunkTokens == that.chunkTokens
          && Arrays.equals(ids, that.ids);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(ids) + chunkTokens;
    }
  }
}
