package io.github.refragstreams.it;

import io.github.refragstreams.app.client.AnswerListener;

/** Somebody to whom only the whole answer matters. */
final class Deaf implements AnswerListener {
  @Override
  public void onText(String text) {}

  @Override
  public void onRestart() {}

  @Override
  public void onPassageRefused(String code) {}
}
