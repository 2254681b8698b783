package io.github.refragstreams.app.management;

/** What asks questions of a cluster, and follows what becomes of them. */
public interface Following {
  /** Whether what becomes of questions can be read, as far as is known. */
  boolean canFollow();

  /** Whether the thread lives that reads it. */
  boolean follows();
}
