package io.github.refragstreams.app.acls;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;

/** Rights as a {@code KafkaUser}, from which Strimzi's operator makes a user with them. */
public final class KafkaUser {
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");

  private KafkaUser() {}

  /**
   * @param principal its name is the user's
   * @param cluster name of the {@code Kafka} resource
   * @throws IllegalArgumentException when Kubernetes takes no such names
   */
  public static String yaml(List<Grant> grants, Principal principal, String cluster) {
    return """
    apiVersion: kafka.strimzi.io/v1
    kind: KafkaUser
    metadata:
      name: %s
      labels:
        strimzi.io/cluster: %s
    spec:
      authentication:
        type: scram-sha-512
      authorization:
        type: simple
        acls:
    """
            .formatted(checked("--principal", principal.name()), checked("--cluster", cluster))
        + grants.stream().map(KafkaUser::acl).collect(Collectors.joining());
  }

  private static String acl(Grant grant) {
    ResourcePattern resource = grant.resource();
    return """
          - resource:
              type: %s
              name: %s
              patternType: %s
            operations: [%s]
    """
        .formatted(
            Names.camel(resource.resourceType()),
            resource.name(),
            resource.patternType() == PatternType.PREFIXED ? "prefix" : "literal",
            grant.operations().stream().map(Names::of).collect(Collectors.joining(", ")));
  }

  private static String checked(String option, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          option
              + ": '"
              + name
              + "' is no name for Kubernetes; expected small letters, digits, '-' and '.', with a"
              + " letter or digit at both ends");
    }
    return name;
  }
}
