package io.github.refragstreams.app.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** A child's side of the pipes to its parent: lines, in both directions. */
final class ParentPipe {
  static final String RUNNING = "running";
  static final String ARM = "arm ";
  static final String RELEASE = "release";
  static final String AT = "at ";

  private ParentPipe() {}

  static synchronized void tell(String line) {
    System.out.println(line);
    System.out.flush();
  }

  /** Hands lines on until the parent is gone; then this process ends too. */
  static void follow(Consumer<String> commands) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        commands.accept(line);
      }
    } catch (IOException e) {
      // As good as the end.
    }
    Runtime.getRuntime().halt(1);
  }
}
