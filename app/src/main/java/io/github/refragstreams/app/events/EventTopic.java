package io.github.refragstreams.app.events;

import io.github.refragstreams.app.acls.Role;
import io.github.refragstreams.topology.TopicSpec;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * A topic that clients see, as the reference tells of it.
 *
 * @param value schema of the values; empty where values are any bytes
 * @param summary what a record is
 * @param key what a record's key is
 * @param placing which partition a record belongs to
 * @param headers those that have a meaning here
 * @param writers roles that need to write it
 * @param readers roles that need to read it
 */
public record EventTopic(
    TopicSpec spec,
    Optional<Schema> value,
    String summary,
    String key,
    String placing,
    List<EventHeader> headers,
    List<Role> writers,
    List<Role> readers) {
  public EventTopic {
    headers = List.copyOf(headers);
    writers = List.copyOf(writers);
    readers = List.copyOf(readers);
  }
}
