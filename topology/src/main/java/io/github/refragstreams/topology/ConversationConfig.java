package io.github.refragstreams.topology;

import java.time.Duration;

/**
 * What is remembered of conversations, and how it enters prompts. Keys start with {@code
 * conversation}.
 *
 * @param turns most turns of a conversation; 0: nothing is remembered
 * @param rawTurns last turns that enter a prompt token by token; older ones enter as chunk vectors
 * @param maxTokens most tokens of all turns together, counted before compression; the oldest turns
 *     are forgotten, and a last one that has more by itself is cut
 * @param turnChars most characters of a remembered question, and of an answer
 * @param maxConversations most conversations of a task; the one idle for longest is forgotten
 * @param idleAfter conversations without a turn for this long are forgotten
 */
public record ConversationConfig(
    int turns,
    int rawTurns,
    int maxTokens,
    int turnChars,
    int maxConversations,
    Duration idleAfter) {
  public ConversationConfig {
    Require.atLeast(0, "conversation.turns", turns);
    Require.atLeast(0, "conversation.raw-turns", rawTurns);
    Require.atLeast(1, "conversation.max-tokens", maxTokens);
    Require.atLeast(1, "conversation.turn-chars", turnChars);
    Require.atLeast(1, "conversation.max-conversations", maxConversations);
    Require.positive("conversation.idle-after", idleAfter);
  }

  public static ConversationConfig defaults() {
    return new ConversationConfig(8, 2, 512, 2_000, 10_000, Duration.ofHours(24));
  }
}
