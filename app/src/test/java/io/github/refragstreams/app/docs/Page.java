package io.github.refragstreams.app.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of the documentation, in Markdown.
 *
 * @param path from the root of the repository
 * @param lines outside of fenced blocks, with an empty line where a block was
 * @param blocks fenced blocks
 */
public record Page(Path path, List<String> lines, List<Block> blocks) {
  /** The folder that all paths start at. */
  public static final Path ROOT = Path.of(System.getProperty("refrag.root"));

  private static final Pattern FENCE = Pattern.compile("\\s*```\\s*(\\w*)\\s*");
  private static final Pattern LINK =
      Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)(?:\\s+\"[^\"]*\")?\\)");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  /**
   * What stands between two fences.
   *
   * @param language empty where none is said
   */
  public record Block(String language, List<String> lines) {
    /** Lines, with those put together that a backslash continues. */
    public List<String> commands() {
      return List.of(String.join("\n", lines).replace("\\\n", " ").split("\n"));
    }

    /** Whether it is for a shell. */
    public boolean isShell() {
      return language.isEmpty() || Set.of("sh", "bash", "console").contains(language);
    }
  }

  /** The first file in YAML that the page shows. */
  public String yaml() {
    return blocks.stream()
        .filter(block -> block.language().equals("yaml"))
        .map(block -> String.join("\n", block.lines()))
        .findFirst()
        .orElseThrow();
  }

  /** All pages that people read, sorted. */
  public static List<Page> all() {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .map(ROOT::relativize)
          .filter(file -> file.toString().endsWith(".md"))
          .filter(Page::isOurs)
          .sorted()
          .map(Page::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A page, or a text that is none and has its lines only. */
  public static Page read(Path path) {
    List<String> lines = new ArrayList<>();
    List<Block> blocks = new ArrayList<>();
    List<String> inside = null;
    for (String line : content(path).split("\n", -1)) {
      var fence = FENCE.matcher(line);
      if (!fence.matches()) {
        (inside == null ? lines : inside).add(line);
      } else if (inside == null) {
        inside = new ArrayList<>();
        blocks.add(new Block(fence.group(1), inside));
        lines.add("");
      } else {
        inside = null;
      }
    }
    if (inside != null) {
      throw new IllegalStateException(path + ": a fenced block has no end");
    }
    return new Page(path, lines, blocks);
  }

  /** Where links lead to, as they are written. */
  List<String> links() {
    return LINK.matcher(text().replaceAll("`[^`\n]*`", "")).results().map(m -> m.group(1)).toList();
  }

  /** Inline code, each on one line. */
  public List<String> spans() {
    return Stream.of(text().split("\n\\s*\n"))
        .flatMap(paragraph -> CODE.matcher(paragraph).results())
        .map(match -> match.group(1).replaceAll("\\s+", " "))
        .toList();
  }

  /** Names of the headings as GitHub links to them. */
  Set<String> anchors() {
    Set<String> anchors = new LinkedHashSet<>();
    Map<String, Integer> seen = new HashMap<>();
    for (String line : lines) {
      if (line.matches("#{1,6} .*")) {
        String anchor =
            line.replaceFirst("#+ +", "")
                .replaceAll("\\[([^\\]]*)]\\([^)]*\\)", "$1")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
        int times = seen.merge(anchor, 1, Integer::sum);
        anchors.add(times == 1 ? anchor : anchor + "-" + (times - 1));
      }
    }
    return anchors;
  }

  private String text() {
    return String.join("\n", lines);
  }

  private static boolean isOurs(Path file) {
    for (Path part : file) {
      String name = part.toString();
      if (name.equals("target") || name.equals("node_modules") || name.startsWith(".")) {
        return false;
      }
    }
    // What becomes part of a model card has links that hold there.
    return !file.startsWith("shared") && !file.startsWith(Path.of("training", "configs"));
  }

  private static String content(Path path) {
    try {
      return Files.readString(ROOT.resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
