package io.github.refragstreams.model.internal.decode;

import io.github.refragstreams.model.AnswerDecoder.Generation;
import io.github.refragstreams.model.AnswerDecoder.Sampling;
import io.github.refragstreams.model.AnswerDecoder.TokenListener;
import io.github.refragstreams.model.Prompt;
import io.github.refragstreams.model.internal.text.IncrementalText;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One generation, from submission to end. Once it is submitted only the decoder's thread uses it,
 * except for {@link #result}, which anyone may cancel. Times are nanoseconds.
 */
final class Request {
  final Prompt prompt;
  final Sampling sampling;
  final TokenListener listener;

  /** Those of the whole prompt, head included. */
  final int positions;

  final long submitted;
  final CompletableFuture<Generation> result = new CompletableFuture<>();
  final Sampler sampler;
  private final IncrementalText incremental = new IncrementalText();
  private final StringBuilder text = new StringBuilder();
  RowModel.@Nullable Reading reading;
  long admitted;
  long firstToken;
  long tokenAt;
  int lastToken;
  int tokens;

  Request(Prompt prompt, Sampling sampling, TokenListener listener, int positions, long submitted) {
    this.prompt = prompt;
    this.sampling = sampling;
    this.listener = listener;
    this.positions = positions;
    this.submitted = submitted;
    this.sampler = new Sampler(sampling);
  }

  /** With the longest answer that it may have. */
  int mostPositions() {
    return positions + sampling.maxTokens();
  }

  /** Cancelled, failed or answered: nothing is to be done for it any more. */
  boolean isOver() {
    return result.isDone();
  }

  /**
   * The text that a token adds. Decoders copy an answer as it stands in a passage, with the space
   * before its first word: an answer begins with what is not white space.
   */
  String append(byte[] token) {
    String added = incremental.append(token);
    if (text.isEmpty()) {
      added = added.stripLeading();
    }
    text.append(added);
    return added;
  }

  /**
   * Completes the result.
   *
   * @param cut whether it ends because it has all tokens that it may have
   */
  void finish(long now, boolean cut) {
    result.complete(
        new Generation(
            text.toString(),
            tokens,
            cut,
            positions,
            millis(admitted - submitted),
            millis(firstToken - admitted),
            millis(now - firstToken),
            (firstToken - submitted) / 1e6));
  }

  private static long millis(long nanos) {
    return nanos / 1_000_000;
  }
}
