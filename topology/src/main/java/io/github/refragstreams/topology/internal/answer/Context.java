package io.github.refragstreams.topology.internal.answer;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.Chunker;
import io.github.refragstreams.model.PassageContext;
import io.github.refragstreams.schemas.EncodedPassage;
import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.topology.internal.store.Ints;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A passage as the models read it.
 *
 * @param cached whether its vectors came from the store
 * @param encodeMillis what its encoding took, waiting included
 */
record Context(PassageContext passage, boolean cached, long encodeMillis) {

  /** With the vectors that the passage has brought along. */
  static Context of(EncodedPassage encoded) {
    int[] ids = Ints.numbers(encoded.getTokenIds());
    RetrievedPassage passage = encoded.getPassage();
    int textStart = Chunker.readText(passage.getTitle(), "").length();
    ChunkedText chunks =
        new ChunkedText(
            encoded.getChunkTokens(), ids, Ints.numbers(encoded.getTokenEnds()), textStart);
    ChunkVectors vectors =
        ChunkVectors.ofHalves(chunks.chunks(), encoded.getDimension(), bytes(encoded.getVectors()));
    return new Context(
        context(passage, chunks, vectors.withStates(states(encoded, chunks.tokens()))),
        encoded.getCached(),
        encoded.getEncodeMs());
  }

  /** Ids of the passages whose vectors came from the store. */
  static Set<String> cachedIds(List<Context> contexts) {
    return contexts.stream()
        .filter(Context::cached)
        .map(context -> context.passage().passageId())
        .collect(Collectors.toSet());
  }

  private static @Nullable ChunkVectors states(EncodedPassage encoded, int tokens) {
    return encoded.getStates().hasRemaining()
        ? ChunkVectors.ofHalves(tokens, encoded.getDimension(), bytes(encoded.getStates()))
        : null;
  }

  private static byte[] bytes(ByteBuffer field) {
    ByteBuffer source = field.slice();
    byte[] bytes = new byte[source.remaining()];
    source.get(bytes);
    return bytes;
  }

  static PassageContext context(
      RetrievedPassage passage, ChunkedText chunks, ChunkVectors vectors) {
    return new PassageContext(
        passage.getPassageId(),
        passage.getRank(),
        passage.getScore(),
        passage.getTitle(),
        passage.getText(),
        chunks,
        vectors);
  }
}
