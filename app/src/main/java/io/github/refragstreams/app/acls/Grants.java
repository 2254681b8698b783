package io.github.refragstreams.app.acls;

import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.DELETE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.topology.TopicNames;
import io.github.refragstreams.topology.TopicSpec;
import io.github.refragstreams.topology.Topics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.streams.TopologyDescription;

/**
 * The least that each role needs, by exact names; only transactional ids go by a prefix, since part
 * of them is drawn. A test takes each away and sees what is denied.
 */
public final class Grants {
  private final AppConfig config;
  private final TopologyUse use;

  private Grants(AppConfig config, TopologyUse use) {
    this.config = config;
    this.use = use;
  }

  /**
   * @param topology as it is built from {@code config}
   */
  public static Grants of(AppConfig config, TopologyDescription topology) {
    return new Grants(config, TopologyUse.of(topology, config.applicationId()));
  }

  /** Name of the retriever's group where nobody gives another one. */
  public static String retrieverGroup(AppConfig config) {
    return config.applicationId() + "-retriever";
  }

  /**
   * @param retrieverGroup consumer group of a {@link Role#RETRIEVER}
   */
  public List<Grant> of(Role role, String retrieverGroup) {
    return switch (role) {
      case APPLICATION -> config.http().enabled() ? merged(application(), client()) : application();
      case CLIENT -> client();
      case CONSOLE -> console();
      case RETRIEVER -> retriever(retrieverGroup);
      case OPERATOR -> operator();
      case SCALER -> scaler();
      case ADMIN -> admin();
    };
  }

  /**
   * Kafka Streams makes the internal topics, cuts off what is read of the repartition topics, and
   * reads the changelogs where it restores. With the group protocol of KIP-1071 the broker makes
   * them, by the same rights. Before all that it sees whether the largest dead letter can be
   * written.
   */
  private List<Grant> application() {
    List<Grant> grants = new ArrayList<>();
    use.sources().forEach(topic -> grants.add(Grant.topic(topic, READ)));
    String deadLetters = config.topology().topics().deadLetters();
    use.sinks()
        .forEach(
            topic ->
                grants.add(
                    topic.equals(deadLetters)
                        ? Grant.topic(topic, WRITE, DESCRIBE_CONFIGS)
                        : Grant.topic(topic, WRITE)));
    use.repartitions()
        .forEach(topic -> grants.add(Grant.topic(topic, READ, WRITE, CREATE, DELETE)));
    use.changelogs().forEach(topic -> grants.add(Grant.topic(topic, READ, WRITE, CREATE)));
    grants.add(Grant.group(config.applicationId(), READ));
    grants.add(Grant.transactionalIds(config.applicationId() + "-", WRITE));
    return grants;
  }

  /** Queries are read for what was said before in a conversation. */
  private List<Grant> client() {
    return asking(WRITE);
  }

  /** Passages are read for the page of a request. */
  private List<Grant> console() {
    return asking(READ, WRITE);
  }

  private List<Grant> asking(AclOperation... passages) {
    TopicNames topics = config.topology().topics();
    return List.of(
        Grant.topic(topics.queries(), READ, WRITE),
        Grant.topic(topics.passages(), passages),
        Grant.topic(topics.documents(), WRITE),
        Grant.topic(topics.answers(), READ),
        Grant.topic(topics.answerTokens(), READ),
        Grant.topic(topics.deadLetters(), READ));
  }

  private List<Grant> retriever(String group) {
    TopicNames topics = config.topology().topics();
    return List.of(
        Grant.topic(topics.queries(), READ),
        Grant.topic(topics.passages(), WRITE),
        Grant.group(group, READ));
  }

  private List<Grant> operator() {
    TopicNames topics = config.topology().topics();
    return List.of(
        Grant.topic(topics.queries(), WRITE),
        Grant.topic(topics.passages(), WRITE),
        Grant.topic(topics.documents(), WRITE),
        Grant.topic(topics.deadLetters(), READ));
  }

  /** Lag is the end of a partition without what the group has committed of it. */
  private List<Grant> scaler() {
    return List.of(
        Grant.topic(config.topology().topics().queries(), DESCRIBE),
        Grant.group(config.applicationId(), DESCRIBE));
  }

  private List<Grant> admin() {
    Stream<Grant> made =
        Topics.required(config.topology()).stream()
            .map(TopicSpec::name)
            .map(topic -> Grant.topic(topic, CREATE, DESCRIBE));
    Stream<Grant> seen =
        Stream.of(Grant.topic(config.topology().topics().deadLetters(), DESCRIBE_CONFIGS));
    Stream<Grant> deleted =
        Stream.concat(use.repartitions().stream(), use.changelogs().stream())
            .map(topic -> Grant.topic(topic, DELETE));
    Stream<Grant> group = Stream.of(Grant.group(config.applicationId(), DELETE));
    return merged(Stream.concat(made, seen).toList(), Stream.concat(deleted, group).toList());
  }

  /** One grant for each resource, where it is first named. */
  private static List<Grant> merged(List<Grant> first, List<Grant> then) {
    Map<ResourcePattern, Grant> grants = new LinkedHashMap<>();
    Stream.concat(first.stream(), then.stream())
        .forEach(grant -> grants.merge(grant.resource(), grant, Grant::and));
    return List.copyOf(grants.values());
  }
}
