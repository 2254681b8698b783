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

  void add(String conversationId, Turn turn) {
    if (config.turns() == 0) {
      return;
    }
    byte[] stored = store.get(conversationId);
    List<Turn> turns = new ArrayList<>(stored == null ? List.of() : TurnsCodec.read(stored));
    turns.add(
        new Turn(cut(turn.question()), cut(turn.answer()), turn.passageHashes(), turn.time()));
    int surplus = Math.max(0, turns.size() - config.turns());
    store.put(conversationId, TurnsCodec.write(turns.subList(surplus, turns.size())));
    lastTurn.put(conversationId, turn.time());
  }

  /** Forgets what is idle or too much, some of it at a time. */
  void forget(long now) {
    long oldest = now - config.idleAfter().toMillis();
    Iterator<Map.Entry<String, Long>> idle = lastTurn.entrySet().iterator();
    for (int n = 0; n < MOST_FORGOTTEN && idle.hasNext(); n++) {
      Map.Entry<String, Long> entry = idle.next();
      if (entry.getValue() >= oldest && lastTurn.size() <= config.maxConversations()) {
        return;
      }
      store.delete(entry.getKey());
      idle.remove();
    }
  }

  private String cut(String text) {
    if (text.length() <= config.turnChars()) {
      return text;
    }
    int end = config.turnChars();
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end);
  }
}
