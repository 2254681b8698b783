package io.github.refragstreams.app.corpus;

import io.github.refragstreams.app.data.BadInputException;
import io.github.refragstreams.app.data.JsonLines;
import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.app.text.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads a file or a folder of files into passages. */
public final class CorpusReader implements AutoCloseable {
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final CorpusLimits limits;
  private final Extractor extractor;

  private CorpusReader(CorpusLimits limits, Extractor extractor) {
    this.limits = limits;
    this.extractor = extractor;
  }

  /**
   * All passages below {@code path}. In a folder, a file that cannot be read is left out and named
   * in the result.
   *
   * @throws BadInputException when there is no such file or folder, a single file cannot be read,
   *     or a folder has no passages
   */
  public static Corpus read(Path path, CorpusLimits limits) {
    try (CorpusReader reader = new CorpusReader(limits, new Extractor())) {
      check(path);
      return Files.isDirectory(path) ? reader.folder(path) : reader.single(path, kind(path));
    }
  }

  /**
   * Refuses what {@link #read} would refuse without a look into files.
   *
   * @throws BadInputException when there is no such file or folder, or it cannot be read
   */
  public static void check(Path path) {
    if (!Files.exists(path)) {
      throw new BadInputException(path + ": no such file or folder");
    }
    if (!Files.isDirectory(path)) {
      var unused = kind(path);
      if (!Files.isRegularFile(path)) {
        throw new BadInputException(path + ": is not a regular file");
      }
    }
    if (!Files.isReadable(path)) {
      throw new BadInputException(path + ": cannot be read: access is denied");
    }
  }

  private static FileKind kind(Path path) {
    return FileKind.of(path.getFileName().toString())
        .orElseThrow(
            () ->
                new BadInputException(
                    path
                        + ": expected a folder, or a name with one of the endings "
                        + FileKind.all()));
  }

  @Override
  public void close() {
    extractor.close();
  }

  private Corpus single(Path path, FileKind kind) {
    String name = path.getFileName().toString();
    try {
      Collection<Passage> passages = passages(new CorpusFile(name, path.toRealPath(), kind));
      return new Corpus(List.copyOf(passages), 1, 0, List.of());
    } catch (UnreadableException | IOException e) {
      throw new BadInputException(path + ": " + reason(e), e);
    }
  }

  private Corpus folder(Path path) {
    Folder folder = Folder.list(path);
    List<String> skipped = new ArrayList<>(folder.skipped());
    List<Passage> all = new ArrayList<>();
    Map<String, String> fileOfPid = new HashMap<>();
    int read = 0;
    for (CorpusFile file : folder.files()) {
      try {
        Collection<Passage> passages = passages(file);
        checkNew(passages, fileOfPid);
        passages.forEach(passage -> fileOfPid.put(passage.pid(), file.name()));
        all.addAll(passages);
        read++;
      } catch (BadInputException e) {
        skipped.add(String.valueOf(e.getMessage()));
      } catch (UnreadableException | IOException e) {
        skipped.add(file.name() + ": " + reason(e));
      }
    }
    if (all.isEmpty()) {
      throw new BadInputException(
          path
              + ": no passages in files with the endings "
              + FileKind.all()
              + (skipped.isEmpty() ? "" : "; " + String.join("; ", skipped)));
    }
    return new Corpus(all, read, folder.others(), skipped);
  }

  private static void checkNew(Collection<Passage> passages, Map<String, String> fileOfPid)
      throws UnreadableException {
    for (Passage passage : passages) {
      String other = fileOfPid.get(passage.pid());
      if (other != null) {
        throw new UnreadableException(
            "pid '" + Printable.line(passage.pid()) + "' occurs in " + other + " already");
      }
    }
  }

  private Collection<Passage> passages(CorpusFile file) throws IOException, UnreadableException {
    long size = Files.size(file.path());
    if (size > limits.fileBytes()) {
      throw tooLarge(size);
    }
    // What has become a link since is not followed.
    try (InputStream in = Files.newInputStream(file.path(), LinkOption.NOFOLLOW_LINKS)) {
      if (file.kind() == FileKind.PASSAGES) {
        return JsonLines.passages(file.name(), in, limits.fileBytes()).values();
      }
      byte[] content = in.readNBytes(limits.fileBytes());
      if (in.read() >= 0) {
        throw tooLarge(limits.fileBytes() + 1L);
      }
      return PassageCutter.cut(file.name(), text(file.kind(), content), limits.passageChars());
    }
  }

  private DocumentText text(FileKind kind, byte[] content) throws UnreadableException {
    return switch (kind) {
      case TEXT -> TextBlocks.plain(decoded(content));
      case MARKDOWN -> TextBlocks.markdown(decoded(content));
      default -> extractor.read(kind, content, limits.fileBytes());
    };
  }

  private static String decoded(byte[] content) throws UnreadableException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      if (text.indexOf('\0') < 0) {
        return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
      }
    } catch (CharacterCodingException e) {
      // Said below.
    }
    throw new UnreadableException("is not text in UTF-8");
  }

  private UnreadableException tooLarge(long size) {
    return new UnreadableException(
        "has " + size + " bytes; retriever.max-file is " + limits.fileBytes());
  }

  private static String reason(Exception failure) {
    return failure instanceof UnreadableException
        ? String.valueOf(failure.getMessage())
        : "cannot be read: " + failure.getClass().getSimpleName();
  }
}
