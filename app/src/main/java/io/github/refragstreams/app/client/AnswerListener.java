package io.github.refragstreams.app.client;

/**
 * Follows one answer while it is generated. Called by the client's thread, which must not be kept
 * waiting; one call at a time. Who does not care for something leaves it out.
 */
public interface AnswerListener {
  /** For those to whom only the whole answer matters. */
  AnswerListener SILENT = new AnswerListener() {};

  /** A further piece of the answer. */
  default void onText(String text) {}

  /** The pieces so far are void: a crash has started the answer anew. */
  default void onRestart() {}

  /**
   * A passage went to the dead letters; the answer may come without it.
   *
   * @param code why: a name of {@code ErrorCode}
   */
  default void onPassageRefused(String code) {}
}
