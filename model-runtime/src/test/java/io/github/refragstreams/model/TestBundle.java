package io.github.refragstreams.model;

import java.nio.file.Path;

/** The default bundle, or the one that {@code -Drefrag.bundle} names. */
public final class TestBundle {
  private TestBundle() {}

  /** The folder. */
  public static Path folder() {
    String named = System.getProperty("refrag.bundle");
    return named == null
        ? Path.of(System.getProperty("refrag.root", ".."), "models", "smollm2-135m-refrag")
        : Path.of(named);
  }
}
