package io.github.refragstreams.model;

import java.nio.file.Path;

/** Bundles that tests open. */
public final class TestBundle {
  private TestBundle() {}

  /** The default bundle's folder, or the one that {@code -Drefrag.bundle} names. */
  public static Path folder() {
    String named = System.getProperty("refrag.bundle");
    return named == null
        ? Path.of(System.getProperty("refrag.root", ".."), "models", "smollm2-135m-refrag")
        : Path.of(named);
  }

  /** The folder of a random decoder of a family: {@code llama} or {@code qwen2}. */
  public static Path tiny(String family) {
    return Path.of("src", "test", "resources", "bundles", family);
  }
}
