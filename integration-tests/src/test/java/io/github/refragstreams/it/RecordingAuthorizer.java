package io.github.refragstreams.it;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;

/** Kafka's own authorizer, which remembers what it decided. One memory for all brokers of a JVM. */
public final class RecordingAuthorizer extends StandardAuthorizer {
  private static final Collection<Decision> DECISIONS = new ConcurrentLinkedQueue<>();

  /**
   * What somebody wanted.
   *
   * @param allowed false: refused, and not because another right would do as well
   */
  record Decision(
      String principal, AclOperation operation, ResourcePattern resource, boolean allowed) {}

  /** What {@code principal} was allowed, each once. */
  static Set<Decision> allowed(String principal) {
    return of(principal, true);
  }

  /** What {@code principal} was denied, each once. */
  static Set<Decision> denied(String principal) {
    return of(principal, false);
  }

  private static Set<Decision> of(String principal, boolean allowed) {
    return DECISIONS.stream()
        .filter(each -> each.principal.equals(principal) && each.allowed == allowed)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  @Override
  public List<AuthorizationResult> authorize(
      AuthorizableRequestContext context, List<Action> actions) {
    List<AuthorizationResult> results = super.authorize(context, actions);
    for (int i = 0; i < actions.size(); i++) {
      Action action = actions.get(i);
      boolean allowed = results.get(i) == AuthorizationResult.ALLOWED;
      if (allowed || action.logIfDenied()) {
        DECISIONS.add(
            new Decision(
                context.principal().toString(),
                action.operation(),
                action.resourcePattern(),
                allowed));
      }
    }
    return results;
  }
}
