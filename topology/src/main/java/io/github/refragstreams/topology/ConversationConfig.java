package io.github.refragstreams.topology;

import java.time.Duration;

/**
 * What is remembered of conversations. Keys start with {@code conversation}.
 *
 * @param turns most turns of a conversation; 0: nothing is remembered
 * @param turnChars most characters of a remembered question, and of an answer
 * @param maxConversations most conversations of a task; the one idle for longest is forgotten
 * @param idleAfter conversations without a turn for this long are forgotten
 */
public record ConversationConfig(
    int turns, int turnChars, int maxConversations, Duration idleAfter) {
  public ConversationConfig {
    Require.atLeast(0, "conversation.turns", turns);
    Require.atLeast(1, "conversation.turn-chars", turnChars);
    Require.atLeast(1, "conversation.max-conversations", maxConversations);
    Require.positive("conversation.idle-after", idleAfter);
  }

  public static ConversationConfig defaults() {
    return new ConversationConfig(8, 2_000, 10_000, Duration.ofHours(24));
  }
}
