package io.github.refragstreams.topology.internal.answer;

import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerToken;
import io.github.refragstreams.topology.internal.record.Origin;
import io.github.refragstreams.topology.internal.record.Outlet;
import io.github.refragstreams.topology.internal.refusal.DeadLetter;
import io.github.refragstreams.topology.internal.refusal.DeadLetterOutlet;
import io.github.refragstreams.topology.internal.refusal.UnusableRecordException;
import io.github.refragstreams.topology.internal.telemetry.TaskTelemetry;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Where a task sends what it has finished; key and timestamp are the query's. */
final class AnswerOutputs {
  private final AnswerBuilder builder;
  private final CloudEvents events;
  private final Outlet<byte @Nullable [], Answer> answers;
  private final Outlet<byte @Nullable [], AnswerToken> tokens;
  private final DeadLetterOutlet deadLetters;
  private final TaskTelemetry telemetry;
  private final LongSupplier clock;

  /**
   * @param clock milliseconds of the wall clock
   */
  AnswerOutputs(
      AnswerBuilder builder,
      CloudEvents events,
      Outlet<byte @Nullable [], Answer> answers,
      Outlet<byte @Nullable [], AnswerToken> tokens,
      DeadLetterOutlet deadLetters,
      TaskTelemetry telemetry,
      LongSupplier clock) {
    this.builder = builder;
    this.events = events;
    this.answers = answers;
    this.tokens = tokens;
    this.deadLetters = deadLetters;
    this.telemetry = telemetry;
    this.clock = clock;
  }

  /** The end of the tokens, then the answer. */
  void answer(Request request, Ask ask, Outcome.Done done, long turnMillis, long now) {
    Instant time = Instant.ofEpochMilli(now);
    if (ask.streamTokens()) {
      token(ask, done.generationId(), request.tokensTold(), "", true, time);
    }
    Answer answer =
        builder.build(
            ask, done.generationId(), done.result(), request.expected(), turnMillis, time);
    Origin origin = ask.pending().origin();
    Headers headers =
        events.headers(origin.headers(), "answer", done.generationId(), ask.queryId(), time);
    answers.send(new Record<>(origin.key(), answer, origin.timestamp(), headers));
    telemetry.answer().answered(answer, now - ask.pending().since());
    AnswerSpans.make(telemetry.traces(), ask, done, now, System.nanoTime());
  }

  void token(Ask ask, Outcome.Token token, long now) {
    token(ask, token.generationId(), token.index(), token.text(), false, Instant.ofEpochMilli(now));
  }

  private void token(
      Ask ask, String generationId, int index, String text, boolean last, Instant now) {
    Origin origin = ask.pending().origin();
    AnswerToken token =
        AnswerToken.newBuilder()
            .setQueryId(ask.queryId())
            .setGenerationId(generationId)
            .setIndex(index)
            .setText(text)
            .setLast(last)
            .build();
    Headers headers =
        events.headers(
            origin.headers(), "answer-token", generationId + "/" + index, ask.queryId(), now);
    tokens.send(new Record<>(origin.key(), token, origin.timestamp(), headers));
  }

  void refuse(Origin origin, UnusableRecordException why) {
    telemetry.deadLetters().add(why.code());
    telemetry.traces().refused(origin.headers(), why.code(), clock.getAsLong());
    deadLetters.send(DeadLetter.of(origin, why));
  }
}
