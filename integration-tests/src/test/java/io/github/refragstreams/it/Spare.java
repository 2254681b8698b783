package io.github.refragstreams.it;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;
import org.apache.kafka.metadata.authorizer.StandardAcl;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizationResult;

/** Finds rights that nobody needed. */
final class Spare {
  private Spare() {}

  /**
   * Those of {@code rights} without which everything that {@code user} did would have been allowed
   * as well: Kafka's authorizer decides once more, with the others.
   */
  static List<AclBinding> of(List<AclBinding> rights, String user) {
    Set<RecordingAuthorizer.Decision> done = RecordingAuthorizer.allowed(user);
    Caller caller = new Caller(user);
    List<AclBinding> spare = new ArrayList<>();
    for (AclBinding right : rights) {
      List<AclBinding> others = new ArrayList<>(rights);
      others.remove(right);
      if (allowsAll(others, caller, done)) {
        spare.add(right);
      }
    }
    return spare;
  }

  private static boolean allowsAll(
      List<AclBinding> rights, Caller caller, Set<RecordingAuthorizer.Decision> done) {
    List<Action> actions =
        done.stream()
            .map(each -> new Action(each.operation(), each.resource(), 1, false, false))
            .toList();
    return authorizer(rights).authorize(caller, actions).stream()
        .allMatch(result -> result == AuthorizationResult.ALLOWED);
  }

  private static StandardAuthorizer authorizer(List<AclBinding> rights) {
    StandardAuthorizer authorizer = new StandardAuthorizer();
    authorizer.configure(Map.of());
    authorizer.withPluginMetrics(new PluginMetricsImpl(new Metrics(), Map.of()));
    Map<Uuid, StandardAcl> acls = new HashMap<>();
    rights.forEach(right -> acls.put(Uuid.randomUuid(), StandardAcl.fromAclBinding(right)));
    authorizer.loadSnapshot(acls);
    authorizer.completeInitialLoad();
    return authorizer;
  }
}
