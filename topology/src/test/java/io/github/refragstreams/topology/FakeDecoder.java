package io.github.refragstreams.topology;

import io.github.refragstreams.model.AnswerDecoder;
import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.Prompt;
import io.github.refragstreams.model.Segment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Answers at once with "answer to " and the question, one token per word; or when told. The
 * question is the prompt's last segment.
 */
final class FakeDecoder implements AnswerDecoder {
  static final int HEAD = 3;
  static final int MAX_POSITIONS = 1_000;

  private final List<Running> running = new ArrayList<>();
  private final List<Prompt> prompts = new ArrayList<>();
  private final List<Sampling> samplings = new ArrayList<>();
  private final ArrayDeque<ModelException> failures = new ArrayDeque<>();
  private boolean holding;

  /** A generation that waits to be told. */
  static final class Running {
    private final String text;
    private final int positions;
    private final TokenListener listener;
    private final CompletableFuture<Generation> result = new CompletableFuture<>();
    private int told;

    private Running(Prompt prompt, TokenListener listener) {
      this.text = "answer to " + question(prompt);
      this.positions = HEAD + prompt.positions();
      this.listener = listener;
    }

    /** Generates one more token. */
    void token() {
      String[] words = text.split("(?<= )", -1);
      listener.onToken(told, words[told]);
      told++;
    }

    /** Generates the rest. */
    void finish() {
      String[] words = text.split("(?<= )", -1);
      while (told < words.length) {
        token();
      }
      result.complete(new Generation(text, words.length, false, positions, 1, 2, 3, 4));
    }

    void fail(ModelException failure) {
      result.completeExceptionally(failure);
    }

    /** Generates one more token, and ends with the last one. */
    void step() {
      if (told + 1 < text.split("(?<= )", -1).length) {
        token();
      } else {
        finish();
      }
    }

    boolean isOver() {
      return result.isDone();
    }

    boolean isCancelled() {
      return result.isCancelled();
    }

    String text() {
      return text;
    }
  }

  @Override
  public synchronized CompletableFuture<Generation> generate(
      Prompt prompt, Sampling sampling, TokenListener listener) {
    prompts.add(prompt);
    samplings.add(sampling);
    Running started = new Running(prompt, listener);
    ModelException failure = failures.pollFirst();
    if (failure != null) {
      started.fail(failure);
    } else if (holding) {
      running.add(started);
    } else {
      started.finish();
    }
    return started.result;
  }

  /** From now on, generations wait to be told. */
  synchronized void hold() {
    holding = true;
  }

  /** Finishes all that wait, and from now on at once. */
  synchronized void release() {
    holding = false;
    running.forEach(Running::finish);
    running.clear();
  }

  /** The next generation fails; further calls add further failures. */
  synchronized void failNext(ModelException.Kind kind) {
    failures.add(new ModelException(kind, "told to fail"));
  }

  /** Generations that wait, oldest first; those told to finish are not removed. */
  synchronized List<Running> running() {
    return List.copyOf(running);
  }

  synchronized List<Prompt> prompts() {
    return List.copyOf(prompts);
  }

  synchronized List<Sampling> samplings() {
    return List.copyOf(samplings);
  }

  static String question(Prompt prompt) {
    List<Segment> segments = prompt.segments();
    return segments.get(segments.size() - 1) instanceof Segment.Tokens tokens
        ? new FakeTokenizer().decode(tokens.ids())
        : "";
  }

  @Override
  public int headPositions() {
    return HEAD;
  }

  @Override
  public int maxPositions() {
    return MAX_POSITIONS;
  }

  @Override
  public void close() {}
}
