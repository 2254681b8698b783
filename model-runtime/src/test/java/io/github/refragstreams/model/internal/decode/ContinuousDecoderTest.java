package io.github.refragstreams.model.internal.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.model.AnswerDecoder.Generation;
import io.github.refragstreams.model.AnswerDecoder.Sampling;
import io.github.refragstreams.model.AnswerDecoder.TokenListener;
import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.ModelException.Kind;
import io.github.refragstreams.model.Prompt;
import io.github.refragstreams.model.Segment;
import io.github.refragstreams.model.Telemetry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ContinuousDecoderTest {
  private static final TokenListener SILENT = (index, text) -> {};

  private final FakeRowModel model = new FakeRowModel(3);
  private final ContinuousDecoder decoder = decoder(model);

  private static ContinuousDecoder decoder(RowModel model) {
    return decoder(model, () -> 0L, Telemetry.none());
  }

  private static ContinuousDecoder decoder(
      RowModel model, LongSupplier nanos, Telemetry telemetry) {
    return new ContinuousDecoder(
        model,
        new ContinuousDecoder.Settings(FakeRowModel.STOP, 2),
        token -> String.format("%d ", token).getBytes(StandardCharsets.UTF_8),
        nanos,
        telemetry);
  }

  private static ContinuousDecoder start(RowModel model) {
    return ContinuousDecoder.start(
        model,
        new ContinuousDecoder.Settings(FakeRowModel.STOP, 2),
        token -> new byte[] {'x'},
        Telemetry.none());
  }

  private static Prompt prompt(int... ids) {
    return new Prompt(List.of(new Segment.Tokens(ids)));
  }

  private static void runToEnd(ContinuousDecoder decoder) {
    while (decoder.turn()) {
      // each turn decodes one token per generation
    }
  }

  private static Generation alone(int[] ids, Sampling sampling) {
    ContinuousDecoder decoder = decoder(new FakeRowModel(1));
    CompletableFuture<Generation> result = decoder.generate(prompt(ids), sampling, SILENT);
    runToEnd(decoder);
    return result.join();
  }

  @Property(tries = 300)
  void aGenerationDoesNotDependOnTheOthersInItsBatch(
      @ForAll @Size(min = 1, max = 12)
          List<@Size(min = 1, max = 9) List<@IntRange(min = 1, max = 31) Integer>> prompts,
      @ForAll @IntRange(min = 1, max = 20) int maxTokens,
      @ForAll @IntRange(max = 5) int turnsBetween,
      @ForAll @IntRange(min = 40, max = 120) int kvPositions,
      @ForAll boolean sampled) {
    // Given
    ContinuousDecoder batched = decoder(new FakeRowModel(3, kvPositions));
    List<CompletableFuture<Generation>> results = new ArrayList<>();
    List<Sampling> samplings = new ArrayList<>();
    // When
    for (int i = 0; i < prompts.size(); i++) {
      samplings.add(new Sampling(maxTokens, sampled ? 0.7f : 0f, 0.9f, i));
      int[] ids = prompts.get(i).stream().mapToInt(id -> id).toArray();
      if (i >= 5) {
        batched.turn(); // the queue holds five
        runToEnd(batched);
      }
      results.add(batched.generate(prompt(ids), samplings.get(i), SILENT));
      for (int turn = 0; turn < turnsBetween; turn++) {
        batched.turn();
      }
    }
    runToEnd(batched);
    // Then
    for (int i = 0; i < prompts.size(); i++) {
      int[] ids = prompts.get(i).stream().mapToInt(id -> id).toArray();
      Generation result = results.get(i).join();
      assertThat(result.text()).isEqualTo(alone(ids, samplings.get(i)).text());
      assertThat(result.cut()).isEqualTo(result.tokens() == maxTokens);
    }
  }

  @Example
  void decodesOneTokenOfEachRunningGenerationPerTurn() {
    // Given
    CompletableFuture<Generation> first = decoder.generate(prompt(5), Sampling.greedy(4), SILENT);
    CompletableFuture<Generation> second = decoder.generate(prompt(9), Sampling.greedy(4), SILENT);
    // When
    runToEnd(decoder);
    // Then
    assertThat(first).isCompleted();
    assertThat(second).isCompleted();
    assertThat(model.stepSizes).contains(2);
  }

  @Example
  void letsInAsManyAsTheirPositionsAllow() {
    // Given: memory for 40 positions; these need 3 + 2 + 8 each
    FakeRowModel small = new FakeRowModel(3, 40);
    ContinuousDecoder decoder = decoder(small);
    List<CompletableFuture<Generation>> results = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      results.add(decoder.generate(prompt(5, 6 + i), Sampling.greedy(8), SILENT));
    }
    // When
    runToEnd(decoder);
    // Then
    assertThat(results).allMatch(CompletableFuture::isDone);
    assertThat(small.stepSizes).contains(3);
  }

  @Example
  void aLongPromptIsNotOvertakenByShortOnesThatWouldFit() {
    // Given: one runs; the long one has no room beside it, the short one would have
    ContinuousDecoder decoder = decoder(new FakeRowModel(3, 40));
    List<String> started = new ArrayList<>();
    Prompt asked = prompt(7, 7);
    List<CompletableFuture<Generation>> results = new ArrayList<>();
    results.add(decoder.generate(asked, Sampling.greedy(8), (i, text) -> started.add("early")));
    decoder.turn();
    results.add(decoder.generate(asked, Sampling.greedy(35), (i, text) -> started.add("long")));
    results.add(decoder.generate(asked, Sampling.greedy(8), (i, text) -> started.add("late")));
    // When
    runToEnd(decoder);
    // Then
    assertThat(results).allMatch(CompletableFuture::isDone);
    assertThat(started.stream().distinct()).containsExactly("early", "long", "late");
    assertThat(started.lastIndexOf("early")).isLessThan(started.indexOf("long"));
    assertThat(started.lastIndexOf("long")).isLessThan(started.indexOf("late"));
  }

  @Example
  void measuresQueuePrefillGapsAndTokens() {
    // Given: a clock that moves on by one with each turn
    MeterRegistry meters = new SimpleMeterRegistry();
    AtomicLong now = new AtomicLong();
    ContinuousDecoder measured =
        decoder(new FakeRowModel(1), now::get, Telemetry.measuring(meters));
    CompletableFuture<Generation> first = measured.generate(prompt(5), Sampling.greedy(4), SILENT);
    CompletableFuture<Generation> second = measured.generate(prompt(9), Sampling.greedy(4), SILENT);
    assertThat(meters.get("refrag.decode.waiting").gauge().value()).isEqualTo(2);
    // When
    do {
      now.incrementAndGet();
    } while (measured.turn());
    // Then
    int tokens = first.join().tokens() + second.join().tokens();
    Timer gaps = meters.get("refrag.decode.token.gap").timer();
    assertThat(meters.get("refrag.decode.tokens").counter().count()).isEqualTo(tokens);
    assertThat(gaps.count()).isEqualTo(tokens - 2);
    assertThat(gaps.max(TimeUnit.NANOSECONDS)).isEqualTo(1);
    assertThat(meters.get("refrag.decode.queue.time").timer().count()).isEqualTo(2);
    assertThat(meters.get("refrag.decode.queue.time").timer().max(TimeUnit.NANOSECONDS))
        .as("the second waits for the only row")
        .isGreaterThan(1);
    assertThat(meters.get("refrag.decode.prefill.time").timer().count()).isEqualTo(2);
    assertThat(meters.get("refrag.decode.batch.rows").summary().max()).isEqualTo(1);
    assertThat(meters.get("refrag.decode.waiting").gauge().value()).isZero();
    assertThat(meters.get("refrag.decode.running").gauge().value()).isZero();
  }

  @Example
  void tellsTheListenerEachTokenInOrder() {
    // Given
    List<String> heard = new ArrayList<>();
    // When
    CompletableFuture<Generation> result =
        decoder.generate(
            prompt(7, 8), Sampling.greedy(5), (index, text) -> heard.add(index + ":" + text));
    runToEnd(decoder);
    // Then
    Generation generation = result.join();
    assertThat(heard).hasSize(generation.tokens());
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < heard.size(); i++) {
      assertThat(heard.get(i)).startsWith(i + ":");
      text.append(heard.get(i).substring(heard.get(i).indexOf(':') + 1));
    }
    assertThat(generation.text()).isEqualTo(text.toString());
    assertThat(generation.promptPositions()).isEqualTo(5);
  }

  @Example
  void anAnswerBeginsWithItsFirstWord() {
    // Given: tokens of one character each, the first two white space, and none that stops
    AtomicInteger token = new AtomicInteger();
    ContinuousDecoder spelling =
        new ContinuousDecoder(
            model,
            new ContinuousDecoder.Settings(-1, 2),
            id -> new byte[] {(byte) " \na b".charAt(token.getAndIncrement())},
            () -> 0L,
            Telemetry.none());
    List<String> heard = new ArrayList<>();
    // When
    CompletableFuture<Generation> result =
        spelling.generate(prompt(7, 8), Sampling.greedy(5), (index, text) -> heard.add(text));
    runToEnd(spelling);
    // Then
    assertThat(heard).containsExactly("", "", "a", " ", "b");
    assertThat(result.join().text()).isEqualTo("a b");
  }

  @Example
  void cancellingAGenerationStopsItAndLeavesTheOthersAlone() {
    // Given
    int[] kept = {11, 12};
    CompletableFuture<Generation> cancelled =
        decoder.generate(prompt(1), Sampling.greedy(30), SILENT);
    CompletableFuture<Generation> other =
        decoder.generate(prompt(kept), Sampling.greedy(20), SILENT);
    decoder.turn();
    decoder.turn();
    // When
    cancelled.cancel(false);
    runToEnd(decoder);
    // Then
    assertThat(other.join().text()).isEqualTo(alone(kept, Sampling.greedy(20)).text());
  }

  @Example
  void aPromptThatTheModelRefusesFailsAlone() {
    // Given
    CompletableFuture<Generation> bad =
        decoder.generate(prompt(FakeRowModel.BAD_TOKEN), Sampling.greedy(3), SILENT);
    CompletableFuture<Generation> good = decoder.generate(prompt(4), Sampling.greedy(3), SILENT);
    // When
    runToEnd(decoder);
    // Then
    assertThat(failure(bad).kind()).isEqualTo(Kind.INPUT);
    assertThat(good).isCompleted();
  }

  @Example
  void aListenerThatThrowsFailsItsOwnGenerationOnly() {
    // Given
    CompletableFuture<Generation> bad =
        decoder.generate(
            prompt(5),
            Sampling.greedy(3),
            (index, text) -> {
              throw new IllegalStateException("listener");
            });
    CompletableFuture<Generation> good = decoder.generate(prompt(9), Sampling.greedy(3), SILENT);
    // When
    runToEnd(decoder);
    // Then
    assertThat(failure(bad)).hasMessage("the token listener failed");
    assertThat(good).isCompleted();
  }

  @Property
  void aBrokenModelFailsWhatRunsAndTheDecoderGoesOn(@ForAll Kind kind) {
    // Given: whatever the runtime says of its input, it was not one answer's
    model.broken = new ModelException(kind, "broken");
    CompletableFuture<Generation> lost = decoder.generate(prompt(5), Sampling.greedy(9), SILENT);
    runToEnd(decoder);
    // When
    model.broken = null;
    CompletableFuture<Generation> next = decoder.generate(prompt(5), Sampling.greedy(9), SILENT);
    runToEnd(decoder);
    // Then
    assertThat(failure(lost).kind()).isEqualTo(kind == Kind.INPUT ? Kind.MODEL : kind);
    assertThat(next).isCompleted();
  }

  @Example
  void anAnswerWithoutScoresFailsAlone() {
    // Given
    CompletableFuture<Generation> first = decoder.generate(prompt(5), Sampling.greedy(9), SILENT);
    CompletableFuture<Generation> second = decoder.generate(prompt(6), Sampling.greedy(9), SILENT);
    while (model.stepSizes.stream().noneMatch(size -> size == 2)) {
      decoder.turn();
    }
    // When
    model.unscored = 1;
    decoder.turn();
    model.unscored = -1;
    runToEnd(decoder);
    // Then
    assertThat(failure(second)).hasMessage("the next token's scores are no numbers");
    assertThat(first).isCompleted();
  }

  @Example
  void aPromptThatCannotBeReadFailsAlone() {
    // Given
    CompletableFuture<Generation> running = decoder.generate(prompt(5), Sampling.greedy(9), SILENT);
    decoder.turn();
    AtomicInteger calls = new AtomicInteger(1);
    model.meanwhile =
        () -> {
          if (calls.decrementAndGet() == 0) {
            throw new IllegalStateException("defect");
          }
        };
    // When
    CompletableFuture<Generation> poison = decoder.generate(prompt(6), Sampling.greedy(9), SILENT);
    runToEnd(decoder);
    // Then
    assertThat(failure(poison)).hasMessage("the prompt cannot be read");
    assertThat(failure(poison).kind()).isEqualTo(Kind.INPUT);
    assertThat(running).isCompleted();
  }

  @Example
  void aDefectFailsTheRequestThatItHitsAndTheDecoderGoesOn() {
    // Given: calls of a model that fail in an unknown way, one after the other
    for (int failing = 1; failing <= 4; failing++) {
      AtomicInteger calls = new AtomicInteger(failing);
      FakeRowModel defect = new FakeRowModel(2);
      defect.meanwhile =
          () -> {
            if (calls.decrementAndGet() == 0) {
              throw new IllegalStateException("defect");
            }
          };
      try (ContinuousDecoder started = start(defect)) {
        // When
        CompletableFuture<Generation> hit =
            started.generate(prompt(5, 6, 7), Sampling.greedy(9), SILENT);
        // Then
        assertThat(failure(hit).getMessage())
            .isIn("the decoder failed", "the prompt cannot be read");
        assertThat(started.generate(prompt(5), Sampling.greedy(9), SILENT).join().tokens())
            .isPositive();
      }
    }
  }

  @Example
  void whereverAnErrorComesEveryRequestEndsAndTheDecoderGoesOn() {
    for (int failing = 1; failing <= 9; failing++) {
      AtomicInteger calls = new AtomicInteger(failing);
      FakeRowModel defect = new FakeRowModel(2);
      defect.meanwhile =
          () -> {
            if (calls.decrementAndGet() == 0) {
              throw new LinkageError("injected");
            }
          };
      try (ContinuousDecoder started = start(defect)) {
        // When: two may run, one waits
        List<CompletableFuture<Generation>> results = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          results.add(started.generate(prompt(5, 6, 7 + i), Sampling.greedy(9), SILENT));
        }
        CompletableFuture<Void> all =
            CompletableFuture.allOf(results.toArray(CompletableFuture<?>[]::new));
        // Then
        assertThatThrownBy(() -> all.get(60, TimeUnit.SECONDS))
            .hasRootCauseMessage("injected")
            .cause()
            .isInstanceOfSatisfying(
                ModelException.class, e -> assertThat(e.kind()).isEqualTo(Kind.MODEL));
        assertThat(started.generate(prompt(5), Sampling.greedy(9), SILENT).join().tokens())
            .isPositive();
      }
    }
  }

  @Example
  void aRowThatCannotBeMovedIsNotForgotten() {
    // Given
    AtomicBoolean fails = new AtomicBoolean();
    model.meanwhile =
        () -> {
          if (fails.getAndSet(false)) {
            throw new OutOfMemoryError("injected");
          }
        };
    int[] kept = {11, 12};
    CompletableFuture<Generation> cancelled =
        decoder.generate(prompt(1), Sampling.greedy(30), SILENT);
    CompletableFuture<Generation> other =
        decoder.generate(prompt(kept), Sampling.greedy(20), SILENT);
    decoder.turn();
    decoder.turn();
    assertThat(List.of(cancelled, other)).noneMatch(CompletableFuture::isDone);
    cancelled.cancel(false);
    fails.set(true);
    // When
    assertThatThrownBy(decoder::turn).isInstanceOf(OutOfMemoryError.class);
    runToEnd(decoder);
    // Then
    assertThat(other).isCompleted();
    assertThat(other.join().text()).isEqualTo(alone(kept, Sampling.greedy(20)).text());
  }

  @Example
  void rowsAreArrangedAnewWhenThatHasFailed() {
    // Given: memory for 40 positions; a second row needs shorter ones
    AtomicBoolean fails = new AtomicBoolean();
    FakeRowModel small = new FakeRowModel(3, 40);
    small.meanwhile =
        () -> {
          if (fails.getAndSet(false)) {
            throw new OutOfMemoryError("injected");
          }
        };
    ContinuousDecoder decoder = decoder(small);
    CompletableFuture<Generation> first =
        decoder.generate(prompt(5, 6), Sampling.greedy(8), SILENT);
    decoder.turn();
    CompletableFuture<Generation> second =
        decoder.generate(prompt(5, 7), Sampling.greedy(8), SILENT);
    fails.set(true);
    // When
    assertThatThrownBy(decoder::turn).isInstanceOf(OutOfMemoryError.class);
    runToEnd(decoder);
    // Then
    assertThat(first.join().text()).isEqualTo(alone(new int[] {5, 6}, Sampling.greedy(8)).text());
    assertThat(second.join().text()).isEqualTo(alone(new int[] {5, 7}, Sampling.greedy(8)).text());
  }

  @Example
  void refusesAPromptThatCannotFit() {
    assertThat(failure(decoder.generate(prompt(new int[30]), Sampling.greedy(8), SILENT)))
        .hasMessageStartingWith("the prompt has 33 positions for an answer of 8 tokens")
        .extracting(ModelException::kind)
        .isEqualTo(Kind.INPUT);
    assertThat(failure(decoder.generate(prompt(), Sampling.greedy(8), SILENT)).kind())
        .isEqualTo(Kind.INPUT);
  }

  @Example
  void refusesForNowWhenTooManyWait() {
    // Given: three rows, two may wait
    for (int i = 0; i < 5; i++) {
      assertThat(decoder.generate(prompt(1), Sampling.greedy(3), SILENT)).isNotDone();
    }
    // When
    CompletableFuture<Generation> refused = decoder.generate(prompt(1), Sampling.greedy(3), SILENT);
    // Then
    assertThat(failure(refused).kind()).isEqualTo(Kind.BUSY);
  }

  @Example
  void failsWhatIsUnfinishedWhenItCloses() {
    // Given
    CompletableFuture<Generation> running =
        decoder.generate(prompt(3), Sampling.greedy(30), SILENT);
    CompletableFuture<Generation> waiting = decoder.generate(prompt(1), Sampling.greedy(3), SILENT);
    decoder.turn();
    // When
    decoder.close();
    // Then
    assertThat(failure(running).kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(failure(waiting).kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(failure(decoder.generate(prompt(1), Sampling.greedy(3), SILENT)).kind())
        .isEqualTo(Kind.TRANSIENT);
  }

  @Example
  void runsOnAThreadOfItsOwn() {
    // Given
    try (ContinuousDecoder started = start(new FakeRowModel(2))) {
      // When
      Generation generation = started.generate(prompt(5), Sampling.greedy(3), SILENT).join();
      // Then
      assertThat(generation.text()).hasSize(generation.tokens());
    }
  }

  private static ModelException failure(CompletableFuture<Generation> result) {
    Throwable[] cause = new Throwable[1];
    assertThatThrownBy(result::join)
        .isInstanceOf(CompletionException.class)
        .satisfies(e -> cause[0] = e.getCause());
    assertThat(cause[0]).isInstanceOf(ModelException.class);
    return (ModelException) cause[0];
  }
}
