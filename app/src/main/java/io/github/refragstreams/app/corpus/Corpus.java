package io.github.refragstreams.app.corpus;

import io.github.refragstreams.app.data.Passage;
import java.util.List;

/**
 * The passages of a file, or of all files of a folder. The same files give the same passages in the
 * same order.
 *
 * @param passages each with another pid
 * @param files files that were read
 * @param others files whose names end like nothing that can be read
 * @param skipped why files were left out, each sentence beginning with the file's name
 */
public record Corpus(List<Passage> passages, int files, int others, List<String> skipped) {
  public Corpus {
    passages = List.copyOf(passages);
    skipped = List.copyOf(skipped);
  }

  /** What was read, in one line. */
  public String summary() {
    return "%d passages of %d %s".formatted(passages.size(), files, files == 1 ? "file" : "files")
        + (skipped.isEmpty() ? "" : ", %d skipped".formatted(skipped.size()))
        + (others == 0 ? "" : ", %d of other kinds".formatted(others));
  }
}
