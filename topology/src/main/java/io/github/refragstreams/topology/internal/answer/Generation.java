package io.github.refragstreams.topology.internal.answer;

import io.github.refragstreams.model.AnswerDecoder;
import io.github.refragstreams.model.AnswerPlan;
import io.github.refragstreams.model.CitedSpan;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.topology.internal.work.Inbox;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to answer a query, away from the stream thread: contexts, plan, tokens, citations.
 * Everything that it has to tell goes into the task's inbox, tokens before their answer.
 */
final class Generation {
  private final String id;
  private final Ask ask;
  private final Encodings encodings;
  private final Models models;
  private final Executor planner;
  private final Inbox<Outcome> inbox;
  private final long startNanos = System.nanoTime();
  private volatile boolean cancelled;
  private volatile @Nullable CompletableFuture<AnswerDecoder.Generation> decoding;

  private Generation(
      String id,
      Ask ask,
      Encodings encodings,
      Models models,
      Executor planner,
      Inbox<Outcome> inbox) {
    this.id = id;
    this.ask = ask;
    this.encodings = encodings;
    this.models = models;
    this.planner = planner;
    this.inbox = inbox;
  }

  /**
   * Never fails itself: the inbox is told of all that goes wrong.
   *
   * @param id greater than those of earlier generations
   * @param material started by the planner
   * @param encodings what the material is encoded by
   * @param planner where planning and citing run
   */
  static Generation start(
      String id,
      Ask ask,
      Supplier<CompletableFuture<Material>> material,
      Encodings encodings,
      Models models,
      Executor planner,
      Inbox<Outcome> inbox) {
    Generation generation = new Generation(id, ask, encodings, models, planner, inbox);
    generation.run(material);
    return generation;
  }

  String id() {
    return id;
  }

  /** Stops the work at its next step. It tells of its end all the same, soon, and of no token. */
  void cancel() {
    cancelled = true;
    encodings.cancel();
    CompletableFuture<AnswerDecoder.Generation> running = decoding;
    if (running != null) {
      running.cancel(true);
    }
  }

  /** Asks the encoder again where it had no room. */
  void offer() {
    encodings.offer();
  }

  private void run(Supplier<CompletableFuture<Material>> material) {
    var unused =
        CompletableFuture.completedFuture(material)
            .thenComposeAsync(this::unlessCancelled, planner)
            .whenComplete(this::tell);
  }

  /**
   * Nothing is read, and nothing encoded, for a query that nobody waits for any more. What is there
   * is planned at once: behind the passages of all others, it would wait and be held for long.
   */
  private CompletableFuture<Result> unlessCancelled(
      Supplier<CompletableFuture<Material>> material) {
    if (cancelled) {
      throw new CancellationException();
    }
    CompletableFuture<Material> read = material.get();
    return read.isDone()
        ? read.thenCompose(this::decode)
        : read.thenComposeAsync(this::decode, planner);
  }

  private CompletableFuture<Result> decode(Material material) {
    if (cancelled) {
      throw new CancellationException();
    }
    AnswerPlan plan =
        models
            .planner()
            .plan(
                ask.question(),
                material.history().turns(),
                material.contexts().stream().map(Context::passage).toList(),
                material.quality().plan());
    long waited = (System.nanoTime() - startNanos) / 1_000_000;
    CompletableFuture<AnswerDecoder.Generation> running =
        models
            .decoder()
            .generate(plan.prompt(), AnswerDecoder.Sampling.greedy(ask.maxTokens()), this::token);
    decoding = running;
    if (cancelled) {
      running.cancel(true);
    }
    return running.thenApplyAsync(
        generation -> {
          List<CitedSpan> citations = models.citer().cite(plan, generation.text());
          return new Result(plan, material, generation, citations, startNanos, waited);
        },
        planner);
  }

  /** On the decoder's thread. */
  private void token(int index, String text) {
    if (ask.streamTokens() && !cancelled) {
      inbox.add(new Outcome.Token(ask.queryId(), id, index, text));
    }
  }

  private void tell(@Nullable Result result, @Nullable Throwable failure) {
    if (result != null) {
      inbox.add(new Outcome.Done(ask.queryId(), id, result));
    } else if (failure != null) {
      inbox.add(new Outcome.Failed(ask.queryId(), id, failure));
    }
  }
}
