package io.github.refragstreams.topology.internal.answer;

import io.github.refragstreams.topology.ConversationConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The last turns of each conversation of one task, bounded in number, size and idle time. */
final class Conversations {
  /** A tick stays short, however many have to go. */
  private static final int MOST_FORGOTTEN = 256;

  private final KeyValueStore<String, byte[]> store;
  private final ConversationConfig config;

  /** Time of the last turn by conversation, idle for longest first. */
  private final LinkedHashMap<String, Long> lastTurn = new LinkedHashMap<>(16, 0.75f, true);

  Conversations(KeyValueStore<String, byte[]> store, ConversationConfig config) {
    this.store = store;
    this.config = config;
    load();
  }

  private void load() {
    List<KeyValue<String, Long>> all = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> stored = store.all()) {
      while (stored.hasNext()) {
        KeyValue<String, byte[]> entry = stored.next();
        List<Turn> turns = TurnsCodec.read(entry.value);
        all.add(KeyValue.pair(entry.key, turns.get(turns.size() - 1).time()));
      }
    }
    all.sort(Comparator.comparingLong(entry -> entry.value));
    all.forEach(entry -> lastTurn.put(entry.key, entry.value));
  }

  /**
   * The turns before a question, oldest first: those that came with it, else those of its
   * conversation, none when that has been idle for too long.
   */
  List<Turn> before(Ask ask, long now) {
    List<Turn> turns = ask.history().isEmpty() ? of(ask.conversationId(), now) : given(ask);
    return turns.subList(Math.max(0, turns.size() - config.turns()), turns.size());
  }

  private List<Turn> of(@Nullable String conversationId, long now) {
    byte[] stored = conversationId == null ? null : store.get(conversationId);
    List<Turn> turns = stored == null ? List.of() : TurnsCodec.read(stored);
    return turns.isEmpty() || isIdle(turns.get(turns.size() - 1).time(), now) ? List.of() : turns;
  }

  private List<Turn> given(Ask ask) {
    return ask.history().stream().map(turn -> turn.cut(config.turnChars())).toList();
  }

  /**
   * @param earlier what is left of the turns before this one, oldest first
   */
  void add(String conversationId, List<Turn> earlier, Turn turn) {
    if (config.turns() == 0) {
      return;
    }
    List<Turn> turns = new ArrayList<>(earlier);
    turns.add(turn.cut(config.turnChars()));
    int surplus = Math.max(0, turns.size() - config.turns());
    store.put(conversationId, TurnsCodec.write(turns.subList(surplus, turns.size())));
    lastTurn.put(conversationId, turn.time());
  }

  /** Forgets what is idle or too much, some of it at a time. */
  void forget(long now) {
    Iterator<Map.Entry<String, Long>> idle = lastTurn.entrySet().iterator();
    for (int n = 0; n < MOST_FORGOTTEN && idle.hasNext(); n++) {
      Map.Entry<String, Long> entry = idle.next();
      if (!isIdle(entry.getValue(), now) && lastTurn.size() <= config.maxConversations()) {
        return;
      }
      store.delete(entry.getKey());
      idle.remove();
    }
  }

  private boolean isIdle(long lastTurnAt, long now) {
    return lastTurnAt < now - config.idleAfter().toMillis();
  }
}
