package io.github.refragstreams.app.load;

import io.github.refragstreams.app.client.AskedQuestion;
import io.github.refragstreams.schemas.Answer;

/**
 * A question that was answered. Times are those of a client that reads what is committed, by the
 * clock of {@link System#nanoTime}.
 *
 * @param sentNanos before the first of its records was sent
 * @param firstTokenNanos when its first token was read
 * @param answeredNanos when its answer was read
 */
record Served(
    AskedQuestion question,
    Answer answer,
    long sentNanos,
    long firstTokenNanos,
    long answeredNanos) {
  double firstTokenMillis() {
    return (firstTokenNanos - sentNanos) / 1e6;
  }

  double answerMillis() {
    return (answeredNanos - sentNanos) / 1e6;
  }

  /** What Kafka and the topology add to the models' time to the first token. */
  double firstTokenOverheadMillis() {
    return firstTokenMillis()
        - answer.getStats().getEncodeMs()
        - answer.getStats().getTimeToFirstTokenMs();
  }
}
