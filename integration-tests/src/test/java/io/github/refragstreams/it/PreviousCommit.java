package io.github.refragstreams.it;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * The program as it was one commit ago, compiled from the repository. Classes of the events are
 * this commit's: that they stay compatible is held by the schemas' own tests.
 */
final class PreviousCommit {
  private static final List<String> MODULES = List.of("serdes", "model-runtime", "topology", "app");

  private PreviousCommit() {}

  /**
   * Its class path; empty where the repository does not have it: in an archive, or a shallow clone.
   *
   * @param root of the repository
   * @param folder receives sources and classes
   */
  static Optional<String> classPath(Path root, Path folder) throws Exception {
    Path sources = Files.createDirectories(folder.resolve("sources"));
    Path classes = Files.createDirectories(folder.resolve("classes"));
    Path archive = folder.resolve("sources.tar");
    List<String> git =
        new ArrayList<>(
            List.of(
                "git", "-C", root.toString(), "archive", "--output=" + archive, "HEAD~1", "--"));
    MODULES.forEach(module -> git.add(module + "/src/main/java"));
    if (!succeeds(git)
        || !succeeds(List.of("tar", "-xf", archive.toString(), "-C", sources.toString()))) {
      return Optional.empty();
    }
    compile(sources, classes);
    // What it has comes first; libraries are the same.
    return Optional.of(classes + File.pathSeparator + System.getProperty("java.class.path"));
  }

  private static void compile(Path sources, Path classes) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-proc:none",
                "-nowarn",
                "-d",
                classes.toString(),
                "-cp",
                System.getProperty("java.class.path")));
    try (Stream<Path> files = Files.walk(sources)) {
      files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(arguments::add);
    }
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));
    if (status != 0) {
      throw new IllegalStateException("the previous commit does not compile");
    }
  }

  private static boolean succeeds(List<String> command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
