package io.github.refragstreams.app.client;

/** Listens to nothing. */
final class Silent implements AnswerListener {
  @Override
  public void onText(String text) {}

  @Override
  public void onRestart() {}

  @Override
  public void onPassageRefused(String code) {}
}
