package io.github.refragstreams.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.model.ModelException.Kind;
import io.github.refragstreams.model.PassageEncoder.Asker;
import io.github.refragstreams.test.Race;
import io.github.refragstreams.test.Schedule;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;
import net.jqwik.api.statistics.StatisticsReport.StatisticsReportMode;

/**
 * What holds of the batcher whatever comes when. The seed decides on everything, also on what other
 * threads do in the middle of a call of the encoder.
 */
class EncodeScheduleTest {
  private static final Duration WAIT = Duration.ofMillis(5);
  private static final int TEXTS = 12;
  private static final int ASKERS = 3;
  private static final int ACTIONS = 100;

  @Property(tries = 200)
  void everyPassageCompletesAndLeavesNothingBehind(@ForAll long seed, @ForAll boolean closes) {
    // Given
    Encoding encoding = new Encoding(seed, new FailingEncoder(seed));
    // When
    encoding.run();
    if (closes) {
      encoding.batcher.close();
    } else {
      encoding.drain();
    }
    // Then
    assertThat(encoding.asked).isNotEmpty().allMatch(asked -> asked.result.isDone());
    assertThat(encoding.meters.get("refrag.encode.queue").gauge().value()).isZero();
    // When: what would still be in flight would be joined instead of encoded
    encoding.encoder.called.clear();
    for (int text = 0; text < TEXTS; text++) {
      assertThat(encoding.batcher.encode(passage(text), Asker.SOMEBODY)).isNotNull();
      encoding.drain();
    }
    // Then
    assertThat(encoding.encoder.called).hasSize(closes ? 0 : TEXTS);
  }

  @Property(tries = 200)
  @StatisticsReport(StatisticsReportMode.OFF)
  void vectorsAreThoseOfThePassage(@ForAll long seed) {
    // Given
    Encoding encoding = new Encoding(seed, new FailingEncoder(seed));
    // When
    encoding.run();
    encoding.drain();
    // Then
    List<Asked> encoded =
        encoding.asked.stream().filter(asked -> !asked.result.isCompletedExceptionally()).toList();
    assertThat(encoded)
        .allSatisfy(
            asked ->
                assertThat(asked.result.getNow(null))
                    .isEqualTo(Fakes.vectors(passage(asked.text))));
    Statistics.label("any vectors")
        .collect(!encoded.isEmpty())
        .coverage(tries -> tries.check(true).percentage(share -> share > 50));
  }

  @Property(tries = 1000)
  void passagesOfAnAskerLeaveOnceInOrderAndWhatIsAskedForFirst(@ForAll long seed) {
    // Given: what the encoder is given, it holds against who waits
    Encoding encoding = new Encoding(seed, new Encoder());
    // When
    encoding.run();
    encoding.drain();
    // Then
    encoding.wrong.forEach(
        wrong -> {
          throw wrong;
        });
    assertThat(encoding.waiting).isEmpty();
    assertThat(encoding.encoder.called).isNotEmpty();
  }

  @Property(tries = 10)
  void manyThreadsMayAskAndCancel(@ForAll long seed) throws InterruptedException {
    // Given
    int threads = 4;
    int each = 200;
    CountDownLatch done = new CountDownLatch(threads * each);
    Collection<String> wrong = new ConcurrentLinkedQueue<>();
    MeterRegistry meters = new SimpleMeterRegistry();
    try (EncodeBatcher batcher =
        EncodeBatcher.start(
            new Encoder(),
            new EncodeBatcher.Limits(20, Duration.ofNanos(1), 200),
            Telemetry.measuring(meters))) {
      // When
      Race.of(
          threads,
          seed,
          (number, random) -> {
            for (int i = 0; i < each; i++) {
              ChunkedText passage = passage(random.nextInt(TEXTS));
              CompletableFuture<ChunkVectors> result = batcher.encode(passage, asker(random));
              var unused =
                  result.whenComplete(
                      (vectors, failure) -> {
                        if (!result.isCancelled() && !Fakes.vectors(passage).equals(vectors)) {
                          wrong.add(failure == null ? "vectors of another" : failure.toString());
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
      assertThat(wrong).isEmpty();
      assertThat(meters.get("refrag.encode.queue").gauge().value()).isZero();
    }
  }

  /** Of 1 to 6 tokens; of two chunk sizes. */
  private static ChunkedText passage(int text) {
    int tokens = 1 + text % 6;
    int[] ids = new int[tokens];
    ids[0] = 1 + text;
    return new ChunkedText(text % 2 == 0 ? 4 : 8, ids, new int[tokens], 0);
  }

  private static Asker asker(Random random) {
    int one = random.nextInt(2 * ASKERS);
    return one < ASKERS ? Asker.of("asker " + one) : Asker.NOBODY;
  }

  /** Each text is asked for by one alone: none moves up from one to the other. */
  private static Asker asker(int text, Random random) {
    return random.nextBoolean() ? Asker.of("asker " + text % ASKERS) : Asker.NOBODY;
  }

  /**
   * @param result what the caller has
   */
  private record Asked(int text, CompletableFuture<ChunkVectors> result) {}

  /**
   * @param number how many came before it
   */
  private record Place(Asker asker, int number) {}

  private static class Encoder implements ChunkEncoder {
    final Set<Integer> called = new HashSet<>();

    /** What happens in the middle of a call, with the texts that are encoded. */
    Consumer<List<Integer>> meanwhile = texts -> {};

    @Override
    public String id() {
      return "schedule";
    }

    @Override
    public int dimension() {
      return Fakes.DIMENSION;
    }

    @Override
    public List<ChunkVectors> encode(List<ChunkedText> passages) {
      List<Integer> texts = texts(passages);
      called.addAll(texts);
      meanwhile.accept(texts);
      return passages.stream().map(Fakes::vectors).toList();
    }

    @Override
    public void close() {}

    static List<Integer> texts(List<ChunkedText> passages) {
      return passages.stream().map(passage -> passage.tokenIds()[0] - 1).toList();
    }
  }

  /** Cannot encode some texts, and is broken now and then. */
  private static final class FailingEncoder extends Encoder {
    private final Random random;

    FailingEncoder(long seed) {
      random = new Random(seed);
    }

    @Override
    public List<ChunkVectors> encode(List<ChunkedText> passages) {
      called.addAll(texts(passages));
      if (random.nextInt(10) == 0) {
        meanwhile.accept(List.of());
        throw new ModelException(Kind.MODEL, "broken");
      }
      if (passages.stream().anyMatch(passage -> passage.tokenIds()[0] % 5 == 0)) {
        throw new ModelException(Kind.INPUT, "bad");
      }
      return super.encode(passages);
    }
  }

  /** A batcher, and what happens to it. */
  private static final class Encoding {
    final MeterRegistry meters = new SimpleMeterRegistry();
    final List<Asked> asked = new ArrayList<>();
    final Encoder encoder;
    final EncodeBatcher batcher;

    /** By text; those that the encoder has are not among them. */
    final Map<Integer, Place> waiting = new HashMap<>();

    /** What {@link #check} found: the batcher takes what is thrown there for a broken encoder's. */
    final List<AssertionError> wrong = new ArrayList<>();

    /** Those of each text that have not cancelled. */
    private final Map<Integer, Integer> callers = new HashMap<>();

    private final ManualRunner runner = new ManualRunner();
    private final Schedule schedule;
    private final Random random;

    /** The last one that left, by chunk size and asker. */
    private final Map<List<Object>, Integer> left = new HashMap<>();

    private Set<Integer> atTheEncoder = Set.of();
    private int numbers;

    Encoding(long seed, Encoder encoder) {
      this.schedule = new Schedule(seed);
      this.random = schedule.random();
      this.encoder = encoder;
      encoder.meanwhile =
          encoder instanceof FailingEncoder ? texts -> schedule.meanwhile() : this::called;
      batcher =
          new EncodeBatcher(
              encoder,
              new EncodeBatcher.Limits(1 + random.nextInt(20), WAIT, 1 + random.nextInt(40)),
              runner,
              Telemetry.measuring(meters));
      schedule
          .turn(5, () -> runner.advance(WAIT.dividedBy(1 + random.nextInt(4))))
          .act(12, this::ask)
          .act(3, this::cancelOne);
    }

    void run() {
      ask();
      schedule.run(ACTIONS);
    }

    /** Nobody asks any more; what is to be run, runs. */
    void drain() {
      schedule.quiet();
      runner.runAll();
    }

    private void called(List<Integer> texts) {
      try {
        check(texts);
      } catch (AssertionError e) {
        wrong.add(e);
      }
      atTheEncoder = Set.copyOf(texts);
      schedule.meanwhile();
      atTheEncoder = Set.of();
    }

    /** Holds what the encoder is given against who waits. */
    private void check(List<Integer> texts) {
      List<Place> places = texts.stream().map(waiting::remove).toList();
      assertThat(places).as("somebody waits for each, and it is taken once").doesNotContainNull();
      texts.forEach(callers::remove);
      boolean asked = places.get(0).asker.waits();
      int chunkTokens = passage(texts.get(0)).chunkTokens();
      assertThat(places).allMatch(place -> place.asker.waits() == asked);
      assertThat(texts).allMatch(text -> passage(text).chunkTokens() == chunkTokens);
      if (!asked) {
        assertThat(waiting.values()).noneMatch(place -> place.asker.waits());
      }
      for (Place place : places) {
        Integer before = left.put(List.of(chunkTokens, place.asker), place.number);
        assertThat(place.number).isGreaterThan(before == null ? -1 : before);
      }
    }

    private void cancelOne() {
      Asked one = asked.get(random.nextInt(asked.size()));
      if (!one.result.isDone() // cancelling what is cancelled tells that it is
          && one.result.cancel(false)
          && callers.computeIfPresent(one.text, (text, many) -> many == 1 ? null : many - 1)
              == null) {
        waiting.remove(one.text);
      }
    }

    private void ask() {
      int text = random.nextInt(TEXTS);
      Asker asker = asker(text, random);
      CompletableFuture<ChunkVectors> result = batcher.encode(passage(text), asker);
      asked.add(new Asked(text, result));
      if (result.isCompletedExceptionally() || atTheEncoder.contains(text)) {
        return; // the queue is full, or it is joined
      }
      callers.merge(text, 1, Integer::sum);
      Place place = waiting.get(text);
      if (place == null || (!place.asker.waits() && asker.waits())) {
        waiting.put(text, new Place(asker, numbers++));
      }
    }
  }
}
