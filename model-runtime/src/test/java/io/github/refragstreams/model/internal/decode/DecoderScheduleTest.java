package io.github.refragstreams.model.internal.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.model.AnswerDecoder.Generation;
import io.github.refragstreams.model.AnswerDecoder.Sampling;
import io.github.refragstreams.model.Prompt;
import io.github.refragstreams.model.Segment;
import io.github.refragstreams.model.Telemetry;
import io.github.refragstreams.test.Race;
import io.github.refragstreams.test.Schedule;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * What holds whatever comes when. The seed decides on everything, also on what other threads do in
 * the middle of a call of the model.
 */
class DecoderScheduleTest {
  private static final int ACTIONS = 80;

  @Property(tries = 200)
  void nobodyIsOvertaken(@ForAll long seed) {
    // Given
    Decoding decoding = new Decoding(seed);
    // When
    decoding.run();
    // Then: who was let in came before who was let in later
    assertThat(decoding.admitted()).isSorted().doesNotHaveDuplicates();
  }

  @Property(tries = 200)
  void whoWaitsIsLetInOnceThoseBeforeHaveLeft(@ForAll long seed) {
    // Given
    Decoding decoding = new Decoding(seed);
    // When
    decoding.run();
    // Then: nothing but its own cancellation kept a request out
    assertThat(decoding.asked)
        .filteredOn(asked -> !asked.result.isCancelled())
        .allSatisfy(asked -> assertThat(decoding.admitted()).contains(asked.number));
  }

  @Property(tries = 200)
  void betweenTwoTokensOfAnAnswerOnePieceIsReadAtMost(@ForAll long seed) {
    // Given
    Decoding decoding = new Decoding(seed);
    // When
    decoding.run();
    // Then
    assertThat(decoding.asked)
        .allSatisfy(
            asked -> {
              for (int i = 1; i < asked.piecesAt.size(); i++) {
                assertThat(asked.piecesAt.get(i) - asked.piecesAt.get(i - 1)).isBetween(0, 1);
              }
            });
  }

  @Property(tries = 200)
  void answersAreThoseOfAPromptThatIsReadAloneAndInOnePiece(@ForAll long seed) {
    // Given
    Decoding decoding = new Decoding(seed);
    // When
    decoding.run();
    // Then
    assertThat(decoding.asked)
        .filteredOn(asked -> !asked.result.isCancelled())
        .allSatisfy(asked -> assertThat(asked.result.join().text()).isEqualTo(alone(asked)));
  }

  @Property(tries = 200)
  void everyRequestEndsAndLeavesNothingBehind(@ForAll long seed, @ForAll boolean closes) {
    // Given
    Decoding decoding = new Decoding(seed);
    // When
    if (closes) {
      decoding.someActions();
      decoding.decoder.close();
    } else {
      decoding.run();
    }
    // Then
    assertThat(decoding.asked).isNotEmpty().allMatch(asked -> asked.result.isDone());
    assertThat(decoding.meters.get("refrag.decode.waiting").gauge().value()).isZero();
    assertThat(decoding.meters.get("refrag.decode.running").gauge().value()).isZero();
  }

  @Property(tries = 200)
  void whatIsCancelledIsSilentAfterTheStepThatRuns(@ForAll long seed) {
    // Given
    Decoding decoding = new Decoding(seed);
    // When
    decoding.run();
    // Then
    assertThat(decoding.asked)
        .filteredOn(asked -> asked.stepsWhenCancelled >= 0)
        .allSatisfy(
            asked -> assertThat(asked.lastStep).isLessThanOrEqualTo(asked.stepsWhenCancelled + 1));
  }

  @Property(tries = 10)
  void manyThreadsMayAskAndCancel(@ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int rows)
      throws InterruptedException {
    // Given
    int threads = 4;
    int each = 50;
    CountDownLatch done = new CountDownLatch(threads * each);
    Collection<Throwable> failures = new ConcurrentLinkedQueue<>();
    MeterRegistry meters = new SimpleMeterRegistry();
    FakeRowModel model = new FakeRowModel(rows, 40 * rows);
    ContinuousDecoder decoder =
        ContinuousDecoder.start(
            model,
            settings(threads * each),
            DecoderScheduleTest::bytes,
            Telemetry.measuring(meters));
    // When
    Race.of(
        threads,
        seed,
        (number, random) -> {
          for (int i = 0; i < each; i++) {
            CompletableFuture<Generation> result =
                decoder.generate(prompt(random), Sampling.greedy(8), (index, text) -> {});
            var unused =
                result.whenComplete(
                    (generation, failure) -> {
                      if (failure != null && !result.isCancelled()) {
                        failures.add(failure);
                      }
                      done.countDown();
                    });
            if (random.nextInt(4) == 0) {
              result.cancel(false);
            }
          }
        });
    // Then
    assertThat(done.await(1, TimeUnit.MINUTES)).isTrue();
    assertThat(failures).isEmpty();
    decoder.close();
    assertThat(meters.get("refrag.decode.waiting").gauge().value()).isZero();
    assertThat(meters.get("refrag.decode.running").gauge().value()).isZero();
  }

  @Example
  void aLongPromptIsReadPieceByPieceBetweenTheTokensOfOthers() {
    // Given
    FakeRowModel model = new FakeRowModel(2);
    model.piece = 3;
    ContinuousDecoder decoder =
        new ContinuousDecoder(
            model, settings(1), DecoderScheduleTest::bytes, () -> 0L, Telemetry.none());
    List<Integer> piecesAt = new ArrayList<>();
    CompletableFuture<Generation> running =
        decoder.generate(
            prompt(5), Sampling.greedy(12), (index, text) -> piecesAt.add(model.pieces));
    decoder.turn();
    // When: nine pieces
    CompletableFuture<Generation> late =
        decoder.generate(prompt(new int[27]), Sampling.greedy(1), (index, text) -> {});
    while (decoder.turn()) {
      // one piece and one step
    }
    // Then
    assertThat(running).isCompleted();
    assertThat(late).isCompleted();
    assertThat(piecesAt).hasSizeGreaterThan(4).startsWith(1, 1, 2, 3, 4);
  }

  private static Prompt prompt(int... ids) {
    return new Prompt(List.of(new Segment.Tokens(ids)));
  }

  private static ContinuousDecoder.Settings settings(int waiting) {
    return new ContinuousDecoder.Settings(FakeRowModel.STOP, waiting);
  }

  private static String alone(Asked asked) {
    FakeRowModel model = new FakeRowModel(1);
    model.piece = 100;
    ContinuousDecoder decoder =
        new ContinuousDecoder(
            model, settings(0), DecoderScheduleTest::bytes, () -> 0L, Telemetry.none());
    CompletableFuture<Generation> result =
        decoder.generate(asked.prompt, asked.sampling, (index, text) -> {});
    while (decoder.turn()) {
      // to the end
    }
    return result.join().text();
  }

  /** A request and what its listener has heard. */
  private static final class Asked {
    final int number;
    final Prompt prompt;
    final Sampling sampling;
    final List<Integer> piecesAt = new ArrayList<>();
    CompletableFuture<Generation> result = new CompletableFuture<>();
    int lastStep;
    int stepsWhenCancelled = -1;

    /**
     * @param number how many came before it
     */
    Asked(int number, Prompt prompt, Sampling sampling) {
      this.number = number;
      this.prompt = prompt;
      this.sampling = sampling;
    }
  }

  private static Prompt prompt(Random random) {
    return prompt(random.ints(1 + random.nextInt(10), 1, 31).toArray());
  }

  private static byte[] bytes(int token) {
    return String.format("%d ", token).getBytes(StandardCharsets.UTF_8);
  }

  /** A decoder, and what happens to it. */
  private static final class Decoding {
    final MeterRegistry meters = new SimpleMeterRegistry();
    final List<Asked> asked = new ArrayList<>();

    /** The number of a prompt's request. */
    private final Map<Prompt, Integer> numbers = new IdentityHashMap<>();

    final FakeRowModel model;
    final ContinuousDecoder decoder;
    private final Schedule schedule;
    private final Random random;

    Decoding(long seed) {
      schedule = new Schedule(seed);
      random = schedule.random();
      int rows = 1 + random.nextInt(4);
      model = new FakeRowModel(rows, 40 + random.nextInt(40 * rows - 39));
      model.piece = 1 + random.nextInt(4);
      model.meanwhile = schedule::meanwhile;
      decoder =
          new ContinuousDecoder(
              model,
              settings(5),
              DecoderScheduleTest::bytes,
              () -> 0L,
              Telemetry.measuring(meters));
      schedule.turn(4, decoder::turn).act(3, this::ask).act(1, this::cancelOne);
    }

    void run() {
      someActions();
      while (decoder.turn()) {
        // others may still act
      }
    }

    void someActions() {
      ask();
      schedule.run(ACTIONS);
    }

    private void ask() {
      if (asked.size() >= ACTIONS) {
        return;
      }
      Asked next =
          new Asked(numbers.size(), prompt(random), Sampling.greedy(1 + random.nextInt(20)));
      numbers.put(next.prompt, next.number);
      CompletableFuture<Generation> result =
          decoder.generate(
              next.prompt,
              next.sampling,
              (index, text) -> {
                assertThat(index).isEqualTo(next.piecesAt.size());
                next.piecesAt.add(model.pieces);
                next.lastStep = model.stepSizes.size();
              });
      if (result.isCompletedExceptionally()) {
        return; // the line is full
      }
      next.result = result;
      asked.add(next);
    }

    private void cancelOne() {
      Asked one = asked.get(random.nextInt(asked.size()));
      if (one.result.cancel(false)) {
        one.stepsWhenCancelled = model.stepSizes.size();
      }
    }

    /** Numbers of the requests in the order in which they were let in. */
    List<Integer> admitted() {
      return model.begun.stream().map(numbers::get).toList();
    }
  }
}
