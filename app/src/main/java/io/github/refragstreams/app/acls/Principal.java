package io.github.refragstreams.app.acls;

/**
 * Somebody whom a cluster knows.
 *
 * @param type {@code User}, where the cluster has no principals of its own kind
 */
public record Principal(String type, String name) {
  /**
   * @throws IllegalArgumentException when it is not type and name with a colon between
   */
  public static Principal parse(String written) {
    int colon = written.indexOf(':');
    if (colon < 1 || colon == written.length() - 1) {
      throw new IllegalArgumentException(
          "--principal is '" + written + "'; expected a type and a name, such as User:refrag");
    }
    return new Principal(written.substring(0, colon), written.substring(colon + 1));
  }

  /** As Kafka writes it. */
  @Override
  public String toString() {
    return type + ":" + name;
  }
}
