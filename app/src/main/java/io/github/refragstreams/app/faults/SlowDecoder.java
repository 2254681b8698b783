package io.github.refragstreams.app.faults;

import io.github.refragstreams.model.AnswerDecoder;
import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.Prompt;
import io.github.refragstreams.model.Segment;
import io.github.refragstreams.model.Tokenizer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.CRC32;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Answers with the question, one token per word, and a checksum over the whole prompt, vectors
 * included: an answer from other passages, or from other vectors, is another one.
 */
final class SlowDecoder implements AnswerDecoder {
  private static final int HEAD = 1;

  private final Tokenizer tokenizer;
  private final Duration time;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "slow-decoder");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param time what reading a prompt takes, and each token
   */
  SlowDecoder(Tokenizer tokenizer, Duration time) {
    this.tokenizer = tokenizer;
    this.time = time;
  }

  @Override
  public CompletableFuture<Generation> generate(
      Prompt prompt, Sampling sampling, TokenListener listener) {
    CompletableFuture<Generation> result = new CompletableFuture<>();
    threads.execute(
        () -> {
          try {
            result.complete(answer(prompt, listener, result));
          } catch (InterruptException e) {
            result.completeExceptionally(
                new ModelException(ModelException.Kind.TRANSIENT, "the decoder is closed", e));
          } catch (RuntimeException e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  private Generation answer(
      Prompt prompt, TokenListener listener, CompletableFuture<Generation> result) {
    Pause.of(time);
    String[] words = text(prompt).split("(?<= )", -1);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words.length && !result.isDone(); i++) {
      listener.onToken(i, words[i]);
      text.append(words[i]);
      Pause.of(time);
    }
    return new Generation(
        text.toString(), words.length, false, HEAD + prompt.positions(), 0, 0, 0, time.toMillis());
  }

  /** The whole answer to a prompt. */
  String text(Prompt prompt) {
    List<Segment> segments = prompt.segments();
    if (segments.get(segments.size() - 1) instanceof Segment.Tokens tokens) {
      String text = tokenizer.decode(tokens.ids());
      String question = text.substring(text.lastIndexOf(SlowModels.BEFORE_QUESTION) + 1);
      return question + String.format(Locale.ROOT, " %08x", checksum(prompt));
    }
    throw new ModelException(ModelException.Kind.INPUT, "the prompt has no question");
  }

  private static long checksum(Prompt prompt) {
    CRC32 sum = new CRC32();
    for (Segment segment : prompt.segments()) {
      if (segment instanceof Segment.Tokens tokens) {
        add(sum, tokens.ids());
      } else if (segment instanceof Segment.Chunks chunks) {
        int bytes = 2 * chunks.vectors().dimension();
        for (int row : chunks.rows()) {
          sum.update(chunks.vectors().halves(), row * bytes, bytes);
        }
      }
    }
    return sum.getValue();
  }

  private static void add(CRC32 sum, int[] ids) {
    ByteBuffer bytes = ByteBuffer.allocate(ids.length * Integer.BYTES);
    for (int id : ids) {
      bytes.putInt(id);
    }
    sum.update(bytes.flip());
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
    threads.shutdownNow();
  }
}
