package io.github.refragstreams.app.client;

import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerToken;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts the tokens of one answer together. Tokens of a generation arrive in order; a crash starts
 * another generation, and what is left of older ones is dropped. For one thread.
 */
final class StreamedAnswer {
  private final AnswerListener listener;
  private final Set<String> older = new HashSet<>();
  private final StringBuilder text = new StringBuilder();
  private @Nullable String generation;
  private int next;

  StreamedAnswer(AnswerListener listener) {
    this.listener = listener;
  }

  void accept(AnswerToken token) {
    if (!token.getGenerationId().equals(generation)) {
      if (token.getIndex() != 0 || older.contains(token.getGenerationId())) {
        return;
      }
      restart(token.getGenerationId());
    }
    if (token.getIndex() == next) {
      next++;
      append(token.getText());
    }
  }

  /** The whole answer is known: passes on what tokens have not told yet. */
  void finish(Answer answer) {
    if (!answer.getGenerationId().equals(generation)
        || !answer.getText().startsWith(text.toString())) {
      restart(answer.getGenerationId());
    }
    append(answer.getText().substring(text.length()));
  }

  /** A passage went to the dead letters. */
  void passageRefused(String code) {
    listener.onPassageRefused(code);
  }

  private void restart(String successor) {
    if (generation != null) {
      older.add(generation);
    }
    generation = successor;
    next = 0;
    if (!text.isEmpty()) {
      text.setLength(0);
      listener.onRestart();
    }
  }

  private void append(String piece) {
    if (!piece.isEmpty()) {
      text.append(piece);
      listener.onText(piece);
    }
  }
}
