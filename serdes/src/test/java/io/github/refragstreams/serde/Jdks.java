package io.github.refragstreams.serde;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds installed JDKs: the running one, JAVA_HOME, and those in {@code /usr/lib/jvm}. */
final class Jdks {
  private static final Path INSTALLED = Path.of("/usr/lib/jvm");
  private static final Pattern VERSION = Pattern.compile("(?m)^JAVA_VERSION=\"(\\d+)");

  private Jdks() {}

  /** The {@code java} of the newest JDK that has at least this feature version. */
  static Optional<Path> atLeast(int version) {
    return Stream.concat(
            Stream.of(System.getProperty("java.home"), System.getenv("JAVA_HOME"))
                .filter(Objects::nonNull)
                .map(Path::of),
            installed())
        .filter(home -> Files.isExecutable(java(home)) && version(home) >= version)
        .max(Comparator.comparingInt(Jdks::version))
        .map(Jdks::java);
  }

  private static Stream<Path> installed() {
    if (!Files.isDirectory(INSTALLED)) {
      return Stream.empty();
    }
    try (Stream<Path> homes = Files.list(INSTALLED)) {
      return homes.toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path java(Path home) {
    return home.resolve("bin").resolve("java");
  }

  /** As the JDK's own {@code release} file says; 0 without one. */
  private static int version(Path home) {
    Path release = home.resolve("release");
    if (!Files.isReadable(release)) {
      return 0;
    }
    try {
      Matcher matcher = VERSION.matcher(Files.readString(release));
      return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
