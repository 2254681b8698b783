package io.github.refragstreams.topology.internal.encode;

import io.github.refragstreams.model.BundleInfo;
import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.schemas.EncodedPassage;
import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.topology.internal.intake.QueryCheck;
import io.github.refragstreams.topology.internal.record.Incoming;
import io.github.refragstreams.topology.internal.record.Origin;
import io.github.refragstreams.topology.internal.store.EncodedText;
import java.nio.ByteBuffer;
import org.apache.kafka.streams.processor.api.Record;

/** Encoded passages on their way to the query. */
final class EncodedPassages {
  private static final ByteBuffer NONE = ByteBuffer.allocate(0);

  private final BundleInfo bundle;
  private final int chunkTokens;

  /**
   * @param chunkTokens k of the vectors
   */
  EncodedPassages(BundleInfo bundle, int chunkTokens) {
    this.bundle = bundle;
    this.chunkTokens = chunkTokens;
  }

  Record<byte[], Incoming> encoded(
      Origin origin, RetrievedPassage passage, EncodedText text, boolean cached, long encodeMs) {
    ChunkVectors states = text.vectors().states();
    return record(
        origin,
        builder(passage)
            .setVectors(ByteBuffer.wrap(text.vectors().halves()))
            .setStates(states == null ? NONE : ByteBuffer.wrap(states.halves()))
            .setTokenIds(ByteBuffer.wrap(text.tokenIds()))
            .setTokenEnds(ByteBuffer.wrap(text.tokenEnds()))
            .setCached(cached)
            .setEncodeMs(encodeMs)
            .build());
  }

  /** Tells the query that it need not wait for this passage. */
  Record<byte[], Incoming> refused(Origin origin, RetrievedPassage passage) {
    return record(
        origin.withValue(null),
        builder(RetrievedPassage.newBuilder(passage).setTitle(null).setText("").build())
            .setVectors(NONE)
            .setTokenIds(NONE)
            .setTokenEnds(NONE)
            .setCached(false)
            .setEncodeMs(0)
            .build());
  }

  private EncodedPassage.Builder builder(RetrievedPassage passage) {
    return EncodedPassage.newBuilder()
        .setPassage(passage)
        .setChunkTokens(chunkTokens)
        .setEncoderId(bundle.encoderId())
        .setDimension(bundle.dimension());
  }

  private static Record<byte[], Incoming> record(Origin origin, EncodedPassage encoded) {
    RetrievedPassage passage = encoded.getPassage();
    return new Record<>(
        QueryCheck.key(passage.getConversationId(), passage.getQueryId()),
        Incoming.unwritten(encoded),
        origin.timestamp(),
        origin.carried());
  }
}
