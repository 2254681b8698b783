package io.github.refragstreams.app.corpus;

import io.github.refragstreams.app.data.BadInputException;
import io.github.refragstreams.app.text.Printable;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The files of a folder and its folders, by name. Hidden ones are passed over. A link counts as the
 * file that it leads to, if that lies in the folder: mounted configuration is made of such links.
 */
final class Folder extends SimpleFileVisitor<Path> {
  private static final int DEEPEST = 32;

  /** Passages are named after their file, and ids are short. */
  private static final int LONGEST_NAME = 200;

  private final Path root;
  private final List<CorpusFile> files = new ArrayList<>();
  private final Set<String> skipped = new TreeSet<>();
  private int others;

  private Folder(Path root) {
    this.root = root;
  }

  /**
   * @throws BadInputException when it cannot be listed
   */
  static Folder list(Path path) {
    try {
      Folder folder = new Folder(path.toRealPath());
      Files.walkFileTree(
          folder.root, EnumSet.noneOf(java.nio.file.FileVisitOption.class), DEEPEST, folder);
      folder.files.sort(Comparator.comparing(CorpusFile::name));
      return folder;
    } catch (IOException e) {
      throw new BadInputException(path + ": cannot be listed: " + e.getMessage(), e);
    }
  }

  /** In the order of their names. */
  List<CorpusFile> files() {
    return files;
  }

  /** Why files cannot be read, by name. */
  Set<String> skipped() {
    return skipped;
  }

  /** Files of other kinds. */
  int others() {
    return others;
  }

  @Override
  public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
    return isHidden(folder) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
    Optional<FileKind> kind = FileKind.of(path.getFileName().toString());
    if (isHidden(path)) {
      return FileVisitResult.CONTINUE;
    }
    String name = name(path);
    if (attributes.isDirectory()) {
      skip(name, "lies deeper than " + DEEPEST + " folders");
    } else if (kind.isEmpty()) {
      others++;
    } else if (!name.equals(Printable.line(name))) {
      skip(name, "its name has characters that cannot be printed");
    } else if (name.length() > LONGEST_NAME) {
      skip(name, "its path has " + name.length() + " characters; at most " + LONGEST_NAME);
    } else {
      add(name, path, kind.get());
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFileFailed(Path path, IOException failure) {
    skip(name(path), "cannot be read: " + failure.getClass().getSimpleName());
    return FileVisitResult.CONTINUE;
  }

  private void add(String name, Path path, FileKind kind) {
    try {
      Path real = path.toRealPath();
      if (!real.startsWith(root)) {
        skip(name, "is a link out of the folder");
      } else if (!Files.isRegularFile(real)) {
        skip(name, "is not a regular file");
      } else {
        files.add(new CorpusFile(name, real, kind));
      }
    } catch (IOException e) {
      skip(name, "leads nowhere");
    }
  }

  private boolean isHidden(Path path) {
    return !path.equals(root) && path.getFileName().toString().startsWith(".");
  }

  private void skip(String name, String why) {
    skipped.add(Printable.line(name) + ": " + why);
  }

  private String name(Path path) {
    return root.relativize(path).toString().replace(path.getFileSystem().getSeparator(), "/");
  }
}
