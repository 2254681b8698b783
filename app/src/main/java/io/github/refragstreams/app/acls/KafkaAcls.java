package io.github.refragstreams.app.acls;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** Rights as commands for a shell, one for each resource. */
public final class KafkaAcls {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.,:/=@+-]+");

  private KafkaAcls() {}

  /**
   * @param bootstrapServers addresses of the cluster
   */
  public static List<String> commands(
      List<Grant> grants, String principal, String bootstrapServers) {
    return grants.stream().map(grant -> command(grant, principal, bootstrapServers)).toList();
  }

  private static String command(Grant grant, String principal, String bootstrapServers) {
    StringBuilder line = new StringBuilder("kafka-acls.sh --bootstrap-server ");
    line.append(quoted(bootstrapServers));
    line.append(" --add --allow-principal ").append(quoted(principal));
    grant
        .operations()
        .forEach(operation -> line.append(" --operation ").append(Names.of(operation)));
    ResourcePattern resource = grant.resource();
    line.append(" --").append(option(resource.resourceType()));
    line.append(' ').append(quoted(resource.name()));
    if (resource.patternType() == PatternType.PREFIXED) {
      line.append(" --resource-pattern-type prefixed");
    }
    return line.toString();
  }

  private static String option(ResourceType type) {
    return type.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** For a POSIX shell. */
  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
