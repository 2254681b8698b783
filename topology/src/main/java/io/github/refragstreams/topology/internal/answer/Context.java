package io.github.refragstreams.topology.internal.answer;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.Chunker;
import io.github.refragstreams.model.PassageContext;
import io.github.refragstreams.schemas.EncodedPassage;
import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.topology.internal.store.Ints;
import java.nio.ByteBuffer;

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
    ByteBuffer vectors = encoded.getVectors().slice();
    byte[] halves = new byte[vectors.remaining()];
    vectors.get(halves);
    return new Context(
        context(
            passage,
            chunks,
            ChunkVectors.ofHalves(chunks.chunks(), encoded.getDimension(), halves)),
        encoded.getCached(),
        encoded.getEncodeMs());
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
