package io.github.refragstreams.app.retriever;

/** An earlier turn of a conversation. */
public record Turn(String question, String answer) {
  @Override
  public String toString() {
    return "Turn[chars=" + (question.length() + answer.length()) + "]";
  }
}
