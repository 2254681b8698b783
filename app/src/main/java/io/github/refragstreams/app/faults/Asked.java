package io.github.refragstreams.app.faults;

import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.RetrievedPassage;
import java.util.List;

/**
 * A query that was sent, and what must become of it.
 *
 * @param passages sent for it
 */
record Asked(Kind kind, Query query, List<RetrievedPassage> passages) {
  enum Kind {
    /** Has all its passages. */
    WHOLE,
    /** One passage never comes: answered when its deadline passes. */
    WAITING,
    /** One of a conversation: its prompt depends on those before it. */
    CONVERSATION,
    /** Taken back: answered before that, or not at all. */
    CANCELLED
  }

  String id() {
    return query.getQueryId();
  }

  String key() {
    String conversation = query.getConversationId();
    return conversation == null ? id() : conversation;
  }

  @Override
  public String toString() {
    return id();
  }
}
