package io.github.refragstreams.app.config;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the program is installed; the launcher says so. */
public final class Home {
  /** System property with the folder of the installation. */
  public static final String PROPERTY = "refrag.home";

  private Home() {}

  /**
   * The path itself when it is absolute or exists in the working directory, else below the
   * installation.
   */
  public static Path resolve(String path) {
    Path given = Path.of(path);
    String home = System.getProperty(PROPERTY);
    return home == null || Files.exists(given) ? given : Path.of(home).resolve(given);
  }
}
