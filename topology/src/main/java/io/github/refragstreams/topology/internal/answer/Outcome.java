package io.github.refragstreams.topology.internal.answer;

/** What a generation tells the stream thread. */
sealed interface Outcome {
  String queryId();

  String generationId();

  /** Whether it is the last one of its generation. */
  default boolean isEnd() {
    return !(this instanceof Token);
  }

  /**
   * A token while it is generated.
   *
   * @param index from 0
   */
  record Token(String queryId, String generationId, int index, String text) implements Outcome {
    @Override
    public String toString() {
      return "Token[" + generationId + "/" + index + "]";
    }
  }

  /** The answer. */
  record Done(String queryId, String generationId, Result result) implements Outcome {}

  /** No answer. */
  record Failed(String queryId, String generationId, Throwable failure) implements Outcome {}
}
