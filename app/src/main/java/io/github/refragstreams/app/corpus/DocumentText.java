package io.github.refragstreams.app.corpus;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a document says.
 *
 * @param title null where it does not name itself
 * @param blocks in reading order
 */
record DocumentText(@Nullable String title, List<Block> blocks) {
  DocumentText {
    blocks = List.copyOf(blocks);
  }

  @Override
  public String toString() {
    return "DocumentText[blocks=" + blocks.size() + "]";
  }
}
