package io.github.refragstreams.app.corpus;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a file holds, by the end of its name. */
enum FileKind {
  PASSAGES(".jsonl", ".jsonl.xz", ".jsonl.gz"),
  TEXT(".txt"),
  MARKDOWN(".md", ".markdown"),
  HTML(".html", ".htm", ".xhtml"),
  PDF(".pdf");

  private final List<String> endings;

  FileKind(String... endings) {
    this.endings = List.of(endings);
  }

  /** Empty for files that are not read. */
  static Optional<FileKind> of(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(kind -> kind.endings.stream().anyMatch(lower::endsWith))
        .findFirst();
  }

  /** All endings, for people. */
  static String all() {
    return String.join(
        ", ", Arrays.stream(values()).flatMap(kind -> kind.endings.stream()).toList());
  }
}
