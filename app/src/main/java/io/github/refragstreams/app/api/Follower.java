package io.github.refragstreams.app.api;

import io.github.refragstreams.app.client.AnswerListener;
import io.github.refragstreams.schemas.Answer;

/** Follows a question to its end, which is one of two. Called like {@link AnswerListener}. */
interface Follower extends AnswerListener {
  /** The answer, after all of its text. */
  void onAnswer(Answer answer);

  /** There will be none. */
  void onFailure(Throwable failure);
}
