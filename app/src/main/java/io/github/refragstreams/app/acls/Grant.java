package io.github.refragstreams.app.acls;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What is allowed on one resource. Reading, writing and deleting imply that it may be described.
 *
 * @param operations in the order of Kafka's list, at least one
 */
public record Grant(ResourcePattern resource, List<AclOperation> operations) {
  private static final String EVERY_HOST = "*";

  public Grant {
    operations = List.copyOf(operations);
  }

  static Grant topic(String name, AclOperation... operations) {
    return literal(ResourceType.TOPIC, name, operations);
  }

  static Grant group(String name, AclOperation... operations) {
    return literal(ResourceType.GROUP, name, operations);
  }

  /** On all ids that begin so: Kafka Streams makes one for each thread of each process. */
  static Grant transactionalIds(String prefix, AclOperation... operations) {
    return new Grant(
        new ResourcePattern(ResourceType.TRANSACTIONAL_ID, prefix, PatternType.PREFIXED),
        sorted(operations));
  }

  /** The same resource with what another grant allows on it as well. */
  Grant and(Grant other) {
    return new Grant(
        resource,
        sorted(
            Stream.concat(operations.stream(), other.operations.stream())
                .toArray(AclOperation[]::new)));
  }

  /** One entry for each operation, as the cluster keeps them. */
  public List<AclBinding> bindings(String principal) {
    return operations.stream()
        .map(
            operation ->
                new AclBinding(
                    resource,
                    new AccessControlEntry(
                        principal, EVERY_HOST, operation, AclPermissionType.ALLOW)))
        .toList();
  }

  private static Grant literal(ResourceType type, String name, AclOperation... operations) {
    return new Grant(new ResourcePattern(type, name, PatternType.LITERAL), sorted(operations));
  }

  private static List<AclOperation> sorted(AclOperation... operations) {
    Set<AclOperation> all = new TreeSet<>(Arrays.asList(operations));
    return List.copyOf(all);
  }
}
