package io.github.refragstreams.app.events;

import io.github.refragstreams.app.acls.Grants;
import io.github.refragstreams.app.acls.Role;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.service.Topologies;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerToken;
import io.github.refragstreams.schemas.Document;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.topology.TopicSpec;
import io.github.refragstreams.topology.Topics;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;

/** The topics that clients see, with what is known of them. */
public final class EventTopics {
  private static final String KEY_OF_QUERY = "The key of its query.";
  private static final String ANY_PARTITION = "Any: the application places it by what it holds.";
  private static final String BY_KEY = "By the key, Kafka's default partitioner.";

  private final AppConfig config;
  private final Grants grants;

  private EventTopics(AppConfig config) {
    this.config = config;
    this.grants = Grants.of(config, Topologies.describe(config));
  }

  /** All of them, in the order of {@link Topics#required}. */
  public static List<EventTopic> of(AppConfig config) {
    EventTopics topics = new EventTopics(config);
    return Topics.required(config.topology()).stream().map(topics::describe).toList();
  }

  /** Those of a configuration in which nothing is set. */
  public static List<EventTopic> defaults() {
    return of(AppConfig.load(null, Map.of(), Map.of()));
  }

  private EventTopic describe(TopicSpec spec) {
    return switch (spec.role()) {
      case "queries" ->
          event(
              spec,
              Query.getClassSchema(),
              "`conversation_id`, else `query_id`, in UTF-8. Another one is refused as"
                  + " `KEY_MISMATCH`.",
              "By the key, Kafka's default partitioner (murmur2; in librdkafka"
                  + " `partitioner=murmur2_random`). Another one is refused as `WRONG_PARTITION`.",
              EventHeaders.query());
      case "passages" ->
          event(
              spec,
              RetrievedPassage.getClassSchema(),
              KEY_OF_QUERY
                  + " Not checked; by it, a client learns that its passage was refused, and a query does"
                  + " not wait for one that cannot be read.",
              ANY_PARTITION,
              EventHeaders.input());
      case "documents" ->
          event(
              spec,
              Document.getClassSchema(),
              "`document_id`. Not checked.",
              ANY_PARTITION,
              EventHeaders.input());
      case "answers" ->
          event(
              spec,
              Answer.getClassSchema(),
              KEY_OF_QUERY,
              BY_KEY,
              EventHeaders.output("answer", "`generation_id`."));
      case "answer-tokens" ->
          event(
              spec,
              AnswerToken.getClassSchema(),
              KEY_OF_QUERY,
              BY_KEY,
              EventHeaders.output("answer-token", "`generation_id`, `/` and `index`."));
      case "dead-letters" ->
          topic(
              spec,
              Optional.empty(),
              "A record that cannot be used: key, value and headers are its own, byte for"
                  + " byte, and further headers say why.",
              "The refused record's own, or none.",
              BY_KEY + " Any without a key.",
              EventHeaders.deadLetter());
      default -> throw new IllegalStateException("nothing is written of topic " + spec.name());
    };
  }

  private EventTopic event(
      TopicSpec spec, Schema value, String key, String placing, List<EventHeader> headers) {
    return topic(spec, Optional.of(value), value.getDoc(), key, placing, headers);
  }

  private EventTopic topic(
      TopicSpec spec,
      Optional<Schema> value,
      String summary,
      String key,
      String placing,
      List<EventHeader> headers) {
    return new EventTopic(
        spec,
        value,
        summary,
        key,
        placing,
        headers,
        roles(spec.name(), AclOperation.WRITE),
        roles(spec.name(), AclOperation.READ));
  }

  private List<Role> roles(String topic, AclOperation operation) {
    return Arrays.stream(Role.values()).filter(role -> may(role, topic, operation)).toList();
  }

  private boolean may(Role role, String topic, AclOperation operation) {
    return grants.of(role, Grants.retrieverGroup(config)).stream()
        .filter(grant -> grant.resource().resourceType() == ResourceType.TOPIC)
        .filter(grant -> grant.resource().name().equals(topic))
        .anyMatch(grant -> grant.operations().contains(operation));
  }
}
