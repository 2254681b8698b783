package io.github.refragstreams.topology;

import io.github.refragstreams.model.BundleInfo;
import io.github.refragstreams.topology.internal.record.EventSize;
import java.util.Collections;

/** How large internal records can become: one that is too large would stop its task. */
final class RecordSize {
  /** Vectors are half floats. */
  private static final int VECTOR_BYTES = 2;

  /** A token's id and end. */
  private static final int TOKEN_BYTES = 8;

  /** UTF-8 bytes of a UTF-16 code unit, in the event and in the record as it came. */
  private static final int CHAR_BYTES = 2 * 3;

  /** Ids and what Kafka adds. */
  private static final int REST_BYTES = 32 << 10;

  private RecordSize() {}

  static void checkQueries(Limits limits) {
    long most = EventSize.query(limits) + limits.headerBytes() + REST_BYTES;
    if (most > limits.recordBytes()) {
      throw new IllegalArgumentException(
          "limits.history-chars is "
              + limits.historyChars()
              + " and limits.question-chars is "
              + limits.questionChars()
              + "; a query may have "
              + most
              + " bytes, but limits.record-bytes is "
              + limits.recordBytes());
    }
  }

  static void checkConversations(
      ConversationConfig conversation, Limits limits, BundleInfo bundle) {
    // Of the queries of a conversation, each may ask for another k.
    int smallest = Collections.min(bundle.chunkSizes());
    long chunks = conversation.turns() + (long) conversation.maxTokens() / smallest;
    long most =
        chunks * bundle.dimension() * VECTOR_BYTES
            + (conversation.turns() + 1L) * 2 * conversation.turnChars() * CHAR_BYTES
            + REST_BYTES;
    if (most > limits.recordBytes()) {
      throw new IllegalArgumentException(
          "conversation.max-tokens is "
              + conversation.maxTokens()
              + ", conversation.turns is "
              + conversation.turns()
              + " and conversation.turn-chars is "
              + conversation.turnChars()
              + "; with vectors of "
              + bundle.dimension()
              + " components a conversation may have "
              + most
              + " bytes, but limits.record-bytes is "
              + limits.recordBytes());
    }
  }

  static void checkPassages(Limits limits, BundleInfo bundle) {
    long chunks = -Math.floorDiv(-(long) limits.passageTokens(), bundle.defaultChunkTokens());
    long vectors = chunks + (bundle.tokenStates() ? limits.passageTokens() : 0);
    long most =
        vectors * bundle.dimension() * VECTOR_BYTES
            + (long) limits.passageTokens() * TOKEN_BYTES
            // As it is, and as it came.
            + 2 * EventSize.passage(limits)
            + limits.headerBytes()
            + REST_BYTES;
    if (most > limits.recordBytes()) {
      throw new IllegalArgumentException(
          "limits.passage-tokens is "
              + limits.passageTokens()
              + " and limits.passage-chars is "
              + limits.passageChars()
              + "; with vectors of "
              + bundle.dimension()
              + " components an encoded passage may have "
              + most
              + " bytes, but limits.record-bytes is "
              + limits.recordBytes());
    }
  }
}
