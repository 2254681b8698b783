package io.github.refragstreams.app.api;

import io.github.refragstreams.app.eval.FakeModels;
import io.github.refragstreams.model.AnswerDecoder;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.model.Prompt;
import io.github.refragstreams.model.Segment;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Says "answer to" and the question, word for word. Questions with {@value #HELD} in them get a
 * first word, and no other.
 */
final class ScriptedDecoder implements AnswerDecoder {
  static final String HELD = "(held)";

  private final List<CompletableFuture<Generation>> held = new CopyOnWriteArrayList<>();

  Models models() {
    Models fakes = FakeModels.answering(prompt -> "");
    return new Models(
        fakes.bundle(), fakes.chunker(), fakes.encoder(), fakes.planner(), fakes.citer(), this);
  }

  /** Generations that were begun and do not end by themselves. */
  List<CompletableFuture<Generation>> held() {
    return held;
  }

  @Override
  public int headPositions() {
    return 3;
  }

  @Override
  public int maxPositions() {
    return 1_000;
  }

  @Override
  public CompletableFuture<Generation> generate(
      Prompt prompt, Sampling sampling, TokenListener listener) {
    Segment last = prompt.segments().get(prompt.segments().size() - 1);
    int[] ids = ((Segment.Tokens) last).ids();
    String question = new String(ids, 0, ids.length);
    String answer = "answer to " + question;
    CompletableFuture<Generation> generation = new CompletableFuture<>();
    if (question.contains(HELD)) {
      listener.onToken(0, "answer ");
      held.add(generation);
      return generation;
    }
    String[] words = answer.split("(?<= )", -1);
    for (int i = 0; i < words.length; i++) {
      listener.onToken(i, words[i]);
    }
    boolean cut = words.length > sampling.maxTokens();
    generation.complete(
        new Generation(answer, words.length, cut, 3 + prompt.positions(), 0, 0, 0, 1));
    return generation;
  }

  @Override
  public void close() {}
}
