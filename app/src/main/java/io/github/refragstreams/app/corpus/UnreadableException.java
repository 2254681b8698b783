package io.github.refragstreams.app.corpus;

/** A document cannot be read. The message says why, without a word of the document's. */
final class UnreadableException extends Exception {
  private static final long serialVersionUID = 1L;

  UnreadableException(String message) {
    super(message);
  }
}
