package io.github.refragstreams.app.corpus;

/**
 * A paragraph or a heading of a document.
 *
 * @param heading whether what follows is about it
 * @param text not empty, without blank lines
 */
record Block(boolean heading, String text) {
  @Override
  public String toString() {
    return (heading ? "Block[heading" : "Block[paragraph") + ", chars=" + text.length() + "]";
  }
}
