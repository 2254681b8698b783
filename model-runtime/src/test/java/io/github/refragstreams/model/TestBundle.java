package io.github.refragstreams.model;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** The default bundle, or the one that {@code -Drefrag.bundle} names. */
final class TestBundle {
  private TestBundle() {}

  /** The folder; skips the test, saying so, where there is none. */
  static Path folder() {
    Path folder =
        Path.of(
            System.getProperty(
                "refrag.bundle",
                Path.of(System.getProperty("refrag.root", "."), "models", "smollm2-135m-refrag")
                    .toString()));
    boolean present = Files.isRegularFile(folder.resolve("manifest.json"));
    if (!present) {
      System.out.println("skipped: no bundle in " + folder);
    }
    assumeTrue(present, "no bundle in " + folder);
    return folder;
  }
}
