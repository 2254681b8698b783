package io.github.refragstreams.serde.internal;

import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;

/**
 * Lets Avro make instances of the event classes, which it otherwise only does for listed packages.
 */
public final class TrustedEvents {
  private static final String PACKAGE = "io.github.refragstreams.schemas";

  static {
    ClassSecurityPredicate before = ClassSecurityValidator.getGlobal();
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(before, type -> type.getPackageName().equals(PACKAGE)));
  }

  private TrustedEvents() {}

  /** Adds the events to what the JVM trusts already; has an effect the first time only. */
  public static void install() {
    // The static initialiser did it.
  }
}
