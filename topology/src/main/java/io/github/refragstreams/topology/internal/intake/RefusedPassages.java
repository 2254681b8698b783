package io.github.refragstreams.topology.internal.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.topology.Limits;
import io.github.refragstreams.topology.internal.record.Origin;
import java.util.Arrays;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * What stands for a refused passage on the way to its query, which then need not wait for it: a
 * passage without text. The same record always has the same one, so that a query counts it once
 * however often it comes.
 */
public final class RefusedPassages {
  private static final String NAMELESS = "nameless-";

  private final Limits limits;
  private final Check check;

  public RefusedPassages(Limits limits) {
    this.limits = limits;
    this.check = new Check(limits);
  }

  /**
   * The query is the one that the passage names, else the one that has the record's key.
   *
   * @param origin with the record's value
   * @param event null when the record has none, or none that can be read
   * @return null when nobody can tell the query, or it does not count the passage
   */
  public @Nullable RetrievedPassage of(Origin origin, @Nullable SpecificRecord event) {
    if (!(event instanceof RetrievedPassage passage) || !namesItsQuery(passage)) {
      return byKey(origin);
    }
    if (passage.getRank() >= limits.passagesPerQuery()) {
      // As many as the query may have are to come without it.
      return null;
    }
    return RetrievedPassage.newBuilder(passage)
        .setPassageId(
            check.isId(passage.getPassageId()) ? passage.getPassageId() : substitute(origin))
        .setRank(Math.max(0, passage.getRank()))
        .setTitle(null)
        .setText("")
        .setSourceUri(null)
        .setTotal(positive(passage.getTotal()))
        .build();
  }

  private boolean namesItsQuery(RetrievedPassage passage) {
    String conversation = passage.getConversationId();
    return check.isId(passage.getQueryId()) && (conversation == null || check.isId(conversation));
  }

  /** Passages have the key of their query, which is its id unless a conversation's stands there. */
  private @Nullable RetrievedPassage byKey(Origin origin) {
    byte[] key = origin.key();
    String id = key == null ? "" : new String(key, UTF_8);
    return !check.isId(id) || !Arrays.equals(id.getBytes(UTF_8), key)
        ? null
        : RetrievedPassage.newBuilder()
            .setQueryId(id)
            .setPassageId(substitute(origin))
            .setRank(0)
            .setText("")
            .build();
  }

  /** Of a passage that has no id: one that is sent again has the same bytes. */
  private static String substitute(Origin origin) {
    byte[] value = origin.value();
    return NAMELESS + UUID.nameUUIDFromBytes(value == null ? new byte[0] : value);
  }

  private static @Nullable Integer positive(@Nullable Integer total) {
    return total == null || total < 1 ? null : total;
  }
}
