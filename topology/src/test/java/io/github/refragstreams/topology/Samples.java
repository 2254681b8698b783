package io.github.refragstreams.topology;

import io.github.refragstreams.schemas.Document;
import io.github.refragstreams.schemas.EncodedPassage;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.QueryOptions;
import io.github.refragstreams.schemas.RetrievedPassage;
import java.nio.ByteBuffer;
import java.time.Instant;

/** Events to start from. */
public final class Samples {
  public static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  private Samples() {}

  public static Query.Builder query(String id) {
    return Query.newBuilder()
        .setQueryId(id)
        .setQuestion("question of " + id)
        .setOptionsBuilder(QueryOptions.newBuilder())
        .setCreatedAt(NOW);
  }

  static RetrievedPassage.Builder passage(String queryId, String id) {
    return RetrievedPassage.newBuilder()
        .setQueryId(queryId)
        .setPassageId(id)
        .setRank(0)
        .setTitle("Title")
        .setText("text of " + id);
  }

  /** One chunk of two tokens. */
  static EncodedPassage encoded(String queryId, String id) {
    return EncodedPassage.newBuilder()
        .setPassage(passage(queryId, id).build())
        .setChunkTokens(2)
        .setEncoderId("encoder-1")
        .setDimension(1)
        .setVectors(ByteBuffer.wrap(new byte[] {1, 2}))
        .setTokenIds(ByteBuffer.allocate(4))
        .setTokenEnds(ByteBuffer.allocate(4))
        .setCached(false)
        .setEncodeMs(0)
        .build();
  }

  static Document.Builder document(String id) {
    return Document.newBuilder().setDocumentId(id).setTitle("Title").setText("text of " + id);
  }
}
