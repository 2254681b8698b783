package io.github.refragstreams.app.management;

import io.github.refragstreams.model.AnswerDecoder;
import io.github.refragstreams.model.AnswerPlanner;
import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.model.PassageEncoder;
import io.github.refragstreams.model.Prompt;
import java.util.concurrent.CompletableFuture;

/** Models that tell whether they get on with their work, and of work that fails. */
final class WatchedModels {
  private WatchedModels() {}

  static Models of(
      Models models, Activity encoder, Activity planner, Activity decoder, Trial trial) {
    return new Models(
        models.bundle(),
        models.chunker(),
        new Encoder(models.encoder(), encoder, trial),
        watched(models.planner(), planner, trial),
        models.citer(),
        new Decoder(models.decoder(), decoder, trial));
  }

  private static AnswerPlanner watched(AnswerPlanner planner, Activity activity, Trial trial) {
    return (question, history, passages, options) -> {
      activity.begin();
      try {
        return planner.plan(question, history, passages, options);
      } catch (ModelException e) {
        trial.failed(e);
        throw e;
      } finally {
        activity.end();
      }
    };
  }

  private record Encoder(PassageEncoder encoder, Activity activity, Trial trial)
      implements PassageEncoder {
    @Override
    public CompletableFuture<ChunkVectors> encode(ChunkedText passage, Asker asker) {
      return watch(activity, trial, encoder.encode(passage, asker));
    }

    @Override
    public void close() {
      encoder.close();
    }
  }

  private record Decoder(AnswerDecoder decoder, Activity activity, Trial trial)
      implements AnswerDecoder {
    @Override
    public CompletableFuture<Generation> generate(
        Prompt prompt, Sampling sampling, TokenListener listener) {
      return watch(
          activity,
          trial,
          decoder.generate(
              prompt,
              sampling,
              (index, text) -> {
                activity.progress();
                listener.onToken(index, text);
              }));
    }

    @Override
    public int headPositions() {
      return decoder.headPositions();
    }

    @Override
    public int maxPositions() {
      return decoder.maxPositions();
    }

    @Override
    public void close() {
      decoder.close();
    }
  }

  /**
   * The same future: whoever cancels it cancels the work. What is refused at once is neither work
   * nor progress: a model that is stuck refuses, too, when its queue is full.
   */
  private static <T> CompletableFuture<T> watch(
      Activity activity, Trial trial, CompletableFuture<T> work) {
    if (!work.isDone()) {
      activity.begin();
      var unused = work.whenComplete((result, failure) -> activity.end());
    }
    var unused =
        work.whenComplete(
            (result, failure) -> {
              if (failure != null) {
                trial.failed(failure);
              }
            });
    return work;
  }
}
