package io.github.refragstreams.app.cli;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.Charset;

/** What is typed or piped in. */
final class StandardInput {
  private StandardInput() {}

  /** Not to be closed: standard input is not ours. */
  static BufferedReader reader() {
    return new BufferedReader(new InputStreamReader(System.in, charset()));
  }

  /** Whether a person types at a terminal. */
  static boolean isTyped() {
    return System.console() != null;
  }

  /** What the terminal writes; newer JDKs tell. */
  private static Charset charset() {
    String name = System.getProperty("stdin.encoding", System.getProperty("native.encoding"));
    return name == null ? Charset.defaultCharset() : Charset.forName(name);
  }
}
