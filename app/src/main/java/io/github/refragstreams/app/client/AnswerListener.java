package io.github.refragstreams.app.client;

/**
 * Follows one answer while it is generated. Called by the client's thread, which must not be kept
 * waiting; one call at a time.
 */
public interface AnswerListener {
  /** For those to whom only the whole answer matters. */
  AnswerListener SILENT =
      new AnswerListener() {
        @Override
        public void onText(String text) {}

        @Override
        public void onRestart() {}

        @Override
        public void onPassageRefused(String code) {}
      };

  /** A further piece of the answer. */
  void onText(String text);

  /** The pieces so far are void: a crash has started the answer anew. */
  void onRestart();

  /**
   * A passage went to the dead letters; the answer may come without it.
   *
   * @param code why: a name of {@code ErrorCode}
   */
  void onPassageRefused(String code);
}
