package io.github.refragstreams.app.management;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.refragstreams.model.AnswerDecoder;
import io.github.refragstreams.model.AnswerPlan;
import io.github.refragstreams.model.Causes;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.ExpansionMode;
import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.ModelException.Kind;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.model.PassageContext;
import io.github.refragstreams.model.PlanOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A question of our own, asked where the models have failed on somebody's: where they fail on this
 * one as well, they are broken, and no record is to blame. While they are, whoever looks asks it
 * again. Safe for use by many threads.
 */
final class Trial {
  private static final String TEXT = "The capital of France is Paris.";
  private static final String QUESTION = "What is the capital of France?";

  /** One comes of reading the prompt, one of a step. */
  private static final int TOKENS = 2;

  private static final float RAW = 0.5f;

  private final Supplier<CompletableFuture<?>> question;
  private final LongSupplier nanos;

  @GuardedBy("this")
  private boolean asking;

  /** Null while nothing is known against them. */
  @GuardedBy("this")
  private @Nullable Broken broken;

  private record Broken(long since, String why) {}

  /**
   * How the models fail.
   *
   * @param time since the first question in a row that they failed on
   * @param why the last failure; never holds anybody's text
   */
  record Failing(Duration time, String why) {}

  /**
   * @param question asks it
   * @param nanos a clock in nanoseconds
   */
  Trial(Supplier<CompletableFuture<?>> question, LongSupplier nanos) {
    this.question = question;
    this.nanos = nanos;
  }

  /** Goes the way of every question: encoder, planner, decoder. */
  static Trial of(Models models, LongSupplier nanos) {
    return new Trial(() -> ask(models), nanos);
  }

  private static CompletableFuture<?> ask(Models models) {
    ChunkedText chunks = models.chunker().chunk(null, TEXT, models.bundle().defaultChunkTokens());
    return models
        .encoder()
        .encode(chunks)
        .thenComposeAsync(
            vectors -> {
              AnswerPlan plan =
                  models
                      .planner()
                      .plan(
                          QUESTION,
                          List.of(),
                          List.of(
                              new PassageContext("trial", 0, null, null, TEXT, chunks, vectors)),
                          new PlanOptions(
                              ExpansionMode.MIXED, RAW, models.decoder().maxPositions() - TOKENS));
              return models
                  .decoder()
                  .generate(
                      plan.prompt(),
                      AnswerDecoder.Sampling.greedy(TOKENS),
                      (index, text) -> {
                        // Nobody waits for it.
                      });
            });
  }

  /** Some work has failed: asks, where it is the model that is blamed. */
  void failed(Throwable failure) {
    if (Causes.of(failure) instanceof ModelException model && model.kind() == Kind.MODEL) {
      ask();
    }
  }

  /** How they fail, as far as questions could tell; null when they work. */
  @Nullable Failing failing() {
    Failing now;
    synchronized (this) {
      Broken known = broken;
      if (known == null) {
        return null;
      }
      now = new Failing(Duration.ofNanos(nanos.getAsLong() - known.since), known.why);
    }
    ask();
    return now;
  }

  private void ask() {
    long since;
    synchronized (this) {
      if (asking) {
        return;
      }
      asking = true;
      since = nanos.getAsLong();
    }
    CompletableFuture<?> answer;
    try {
      answer = question.get();
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    var unused = answer.whenComplete((result, failure) -> answered(since, failure));
  }

  private synchronized void answered(long since, @Nullable Throwable failure) {
    asking = false;
    if (failure == null) {
      broken = null;
    } else if (Causes.of(failure) instanceof ModelException model) {
      // That they are busy, or closing, says nothing.
      if (model.kind() == Kind.MODEL) {
        blame(since, model);
      }
    } else {
      blame(since, Causes.of(failure));
    }
  }

  @GuardedBy("this")
  private void blame(long since, Throwable failure) {
    broken =
        new Broken(broken == null ? since : broken.since, String.valueOf(failure.getMessage()));
  }
}
