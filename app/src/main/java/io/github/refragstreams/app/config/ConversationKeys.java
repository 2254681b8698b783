package io.github.refragstreams.app.config;

import io.github.refragstreams.topology.ConversationConfig;
import java.time.Duration;
import java.util.List;

/** Keys below {@code conversation.}: what is remembered of conversations. */
final class ConversationKeys {
  private static final ConversationConfig DEFAULTS = ConversationConfig.defaults();

  static final Key<Integer> TURNS =
      new Key<>(
          "conversation.turns",
          ValueTypes.integer(0),
          DEFAULTS.turns(),
          "Most turns of a conversation; 0: nothing is remembered.");

  static final Key<Integer> RAW_TURNS =
      new Key<>(
          "conversation.raw-turns",
          ValueTypes.integer(0),
          DEFAULTS.rawTurns(),
          "Last turns that enter a prompt token by token; older ones enter as chunk vectors.");

  static final Key<Integer> MAX_TOKENS =
      new Key<>(
          "conversation.max-tokens",
          ValueTypes.integer(1),
          DEFAULTS.maxTokens(),
          "Most tokens of all turns together, counted before compression; the oldest turns are"
              + " forgotten, and a last one that has more by itself is cut.");

  static final Key<Integer> TURN_CHARS =
      new Key<>(
          "conversation.turn-chars",
          ValueTypes.integer(1),
          DEFAULTS.turnChars(),
          "Most characters of a remembered question, and of an answer.");

  static final Key<Integer> MAX_CONVERSATIONS =
      new Key<>(
          "conversation.max-conversations",
          ValueTypes.integer(1),
          DEFAULTS.maxConversations(),
          "Most conversations of a task; the one idle for longest is forgotten.");

  static final Key<Duration> IDLE_AFTER =
      new Key<>(
          "conversation.idle-after",
          ValueTypes.duration(Duration.ofMillis(1)),
          DEFAULTS.idleAfter(),
          "Conversations without a turn for this long are forgotten.");

  static final List<Key<?>> ALL =
      List.of(TURNS, RAW_TURNS, MAX_TOKENS, TURN_CHARS, MAX_CONVERSATIONS, IDLE_AFTER);

  private ConversationKeys() {}

  static ConversationConfig read(ConfigSource source) {
    return new ConversationConfig(
        source.get(TURNS),
        source.get(RAW_TURNS),
        source.get(MAX_TOKENS),
        source.get(TURN_CHARS),
        source.get(MAX_CONVERSATIONS),
        source.get(IDLE_AFTER));
  }
}
