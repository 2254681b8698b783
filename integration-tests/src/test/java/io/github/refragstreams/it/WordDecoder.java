package io.github.refragstreams.it;

import io.github.refragstreams.app.faults.CharacterTokenizer;
import io.github.refragstreams.model.AnswerDecoder;
import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.Prompt;
import io.github.refragstreams.model.Segment;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Answers with the question, one token per word, on threads of its own. Questions with {@link
 * #SLOW} in them stop at the gate after their first token.
 */
final class WordDecoder implements AnswerDecoder {
  static final String SLOW = "slow";
  private static final int HEAD = 1;

  private final CharacterTokenizer tokenizer = new CharacterTokenizer();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> started = new CopyOnWriteArrayList<>();
  private final List<ChunkVectors> vectors = new CopyOnWriteArrayList<>();
  final Gate gate = new Gate();

  @Override
  public CompletableFuture<Generation> generate(
      Prompt prompt, Sampling sampling, TokenListener listener) {
    String question = question(prompt);
    started.add(question);
    for (Segment segment : prompt.segments()) {
      if (segment instanceof Segment.Chunks chunks) {
        vectors.add(chunks.vectors());
      }
    }
    CompletableFuture<Generation> result = new CompletableFuture<>();
    threads.execute(
        () -> {
          String[] words = question.split("(?<= )", -1);
          for (int i = 0; i < words.length; i++) {
            if (i == 1 && question.contains(SLOW)) {
              gate.await();
            }
            listener.onToken(i, words[i]);
          }
          result.complete(
              new Generation(question, words.length, false, HEAD + prompt.positions(), 0, 0, 0, 0));
        });
    return result;
  }

  /** Questions whose generation has begun, as often as it has. */
  List<String> started() {
    return List.copyOf(started);
  }

  /** Vectors that prompts have held, in order. */
  List<ChunkVectors> vectors() {
    return List.copyOf(vectors);
  }

  /** What the prompt ends with: planners of these tests write the question last. */
  private String question(Prompt prompt) {
    List<Segment> segments = prompt.segments();
    if (segments.get(segments.size() - 1) instanceof Segment.Tokens tokens) {
      String text = tokenizer.decode(tokens.ids());
      return text.substring(text.lastIndexOf(ModelSet.BEFORE_QUESTION) + 1);
    }
    throw new ModelException(ModelException.Kind.INPUT, "the prompt has no question");
  }

  @Override
  public int headPositions() {
    return HEAD;
  }

  @Override
  public int maxPositions() {
    return 4_000;
  }

  @Override
  public void close() {
    gate.open();
    threads.shutdownNow();
  }
}
