package io.github.refragstreams.app.demo;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Settings of a configuration that are about its cluster. The broker of this process has no TLS, no
 * users, no groups of others and no second broker: with such settings nothing would reach it.
 */
final class ClusterSettings {
  private static final Predicate<String> OF_A_CLUSTER =
      Pattern.compile(
              "((main|restore|global)[.])?((consumer|producer|admin)[.])?"
                  + "(security|sasl|ssl|group)[.].*"
                  + "|(topic[.])?(replication[.]factor|min[.]insync[.]replicas)")
          .asMatchPredicate();

  private ClusterSettings() {}

  /** All others. */
  static Map<String, String> leftOut(Map<String, String> kafka) {
    Map<String, String> others = new HashMap<>(kafka);
    others.keySet().removeIf(OF_A_CLUSTER);
    return others;
  }
}
