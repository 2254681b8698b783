package io.github.refragstreams.it;

import java.util.List;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;

/**
 * One entry of the rights.
 *
 * @param name what the resource's name ends with; empty: any
 */
record Right(ResourceType type, String name, AclOperation operation) {
  static Right topic(String name, AclOperation operation) {
    return new Right(ResourceType.TOPIC, name, operation);
  }

  static Right of(AclBinding entry) {
    return new Right(
        entry.pattern().resourceType(), entry.pattern().name(), entry.entry().operation());
  }

  /** The others of {@code rights}; it is one of them. */
  List<AclBinding> takenFrom(List<AclBinding> rights) {
    List<AclBinding> others =
        rights.stream()
            .filter(
                each ->
                    each.entry().operation() != operation
                        || each.pattern().resourceType() != type
                        || !each.pattern().name().endsWith(name))
            .toList();
    if (others.size() != rights.size() - 1) {
      throw new IllegalArgumentException(this + " is not one of " + rights);
    }
    return others;
  }

  /** Whether {@code user} was denied it, or so much as to see the resource. */
  boolean isDenied(String user) {
    return RecordingAuthorizer.denied(user).stream()
        .anyMatch(
            each ->
                (each.operation() == operation || each.operation() == AclOperation.DESCRIBE)
                    && each.resource().resourceType() == type
                    && (type == ResourceType.TRANSACTIONAL_ID
                        || each.resource().name().endsWith(name)));
  }

  @Override
  public String toString() {
    return operation + " " + type + " " + name;
  }
}
