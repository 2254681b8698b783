package io.github.refragstreams.topology.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.test.Race;
import io.github.refragstreams.topology.DegradeConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A queue with one server, in virtual time. */
class LoadLevelTest {
  private static final long SECOND = 1_000;
  private static final long HOUR = 3_600 * SECOND;

  /** Milliseconds of an answer by level. */
  private static final double[] SERVICE = {100, 85, 70, 60, 55, 50};

  /** The same where the first level saves nothing: no answer has vectors to do without. */
  private static final double[] IDLE_FIRST = {100, 100, 85, 70, 60, 55, 50};

  private final Queue queue = new Queue(true, SERVICE);

  private static final class Queue {
    private final LoadLevel load;
    private final double[] service;
    private final Random random = new Random(17);

    /** Of answers: when they started, the level, and how long they had waited. */
    private final List<Long> starts = new ArrayList<>();

    private final List<Integer> levels = new ArrayList<>();
    private final List<Long> waits = new ArrayList<>();
    private double arrival;
    private double free;

    Queue(boolean enabled, double[] service) {
      this.load =
          new LoadLevel(new DegradeConfig(enabled, Duration.ofSeconds(1), 0f), service.length - 1);
      this.service = service;
    }

    /** Answers arrive, {@code between} milliseconds apart on average. */
    void arrive(double between, long duration) {
      for (double end = arrival + duration; arrival < end; ) {
        arrival += between * (0.5 + random.nextDouble());
        double start = Math.max(arrival, free);
        int level = load.begin((long) (start - arrival), (long) start);
        starts.add((long) start);
        levels.add(level);
        waits.add((long) (start - arrival));
        free = start + service[level];
        load.done(0);
      }
    }

    void pause(long duration) {
      arrival += duration;
    }

    long changes(long from) {
      long changes = 0;
      for (int i = 1; i < levels.size(); i++) {
        if (starts.get(i) >= from && !levels.get(i).equals(levels.get(i - 1))) {
          changes++;
        }
      }
      return changes;
    }

    long longestWait(long from) {
      long longest = 0;
      for (int i = 0; i < waits.size(); i++) {
        longest = starts.get(i) < from ? longest : Math.max(longest, waits.get(i));
      }
      return longest;
    }

    int lastLevel() {
      return levels.get(levels.size() - 1);
    }
  }

  @Test
  void keepsFullQualityWhileNothingWaitsForLong() {
    // When: 95 % busy
    queue.arrive(105, HOUR);
    // Then
    assertThat(queue.levels).containsOnly(0);
  }

  @ParameterizedTest
  @ValueSource(doubles = {98, 93, 80, 66, 57, 52})
  void settlesUnderConstantLoad(double between) {
    settles(queue, between);
  }

  @ParameterizedTest
  @ValueSource(doubles = {98, 93, 80, 66, 57, 52})
  void settlesThoughALevelSavesNothing(double between) {
    settles(new Queue(true, IDLE_FIRST), between);
  }

  private static void settles(Queue queue, double between) {
    // When
    queue.arrive(between, 8 * HOUR);
    // Then: an attempt each ten minutes or so, which is taken back at once
    assertThat(queue.changes(4 * HOUR)).isLessThan(4 * 2 * 6 * 2);
    assertThat(queue.longestWait(HOUR)).isLessThan(3 * SECOND);
    assertThat(queue.lastLevel()).isPositive();
  }

  @Test
  void raisesQualityAgainAfterALoadPeak() {
    // Given
    queue.arrive(105, HOUR / 6);
    queue.arrive(60, HOUR / 6);
    assertThat(queue.lastLevel()).isGreaterThanOrEqualTo(3);
    // When
    queue.arrive(200, HOUR);
    // Then
    assertThat(queue.lastLevel()).isZero();
  }

  @Test
  void aQuietTimeCountsEvenIfNobodyAsks() {
    // Given
    queue.arrive(60, HOUR / 6);
    // When
    queue.pause(HOUR);
    queue.arrive(200, SECOND);
    // Then
    assertThat(queue.lastLevel()).isZero();
  }

  @Test
  void staysAtTheHighestLevelWhenEvenThatIsNotEnough() {
    // When
    queue.arrive(40, HOUR / 6);
    // Then
    assertThat(queue.lastLevel()).isEqualTo(5);
    assertThat(queue.changes(HOUR / 12)).isZero();
  }

  @Test
  void countsTheTimeInsideTheDecoder() {
    // Given
    LoadLevel load = new LoadLevel(new DegradeConfig(true, Duration.ofSeconds(1), 0f), 5);
    load.begin(0, 0);
    load.begin(0, 10);
    load.done(2 * SECOND);
    // When, then
    assertThat(load.begin(0, 20)).isEqualTo(1);
    load.failed();
    load.failed();
    assertThat(load.begin(0, 2 * SECOND)).as("the decoder was free").isEqualTo(1);
  }

  @Test
  void goesOnWhenTheClockIsSetBack() {
    // Given
    LoadLevel load = new LoadLevel(new DegradeConfig(true, Duration.ofSeconds(1), 0f), 5);
    assertThat(load.begin(1_100, HOUR)).isEqualTo(1);
    // When
    int level = load.begin(1_100, 0);
    // Then
    assertThat(level).isEqualTo(2);
    load.failed();
    load.failed();
    load.begin(0, SECOND);
    assertThat(load.begin(0, 12 * SECOND)).isEqualTo(1);
  }

  @Test
  void risesOncePerTargetsLengthThoughTheTimeIsShortInBetween() {
    // Given
    LoadLevel load = new LoadLevel(new DegradeConfig(true, Duration.ofSeconds(1), 0f), 5);
    load.begin(1_100, 0);
    // When
    load.begin(900, 100);
    // Then
    assertThat(load.begin(1_100, 200)).isEqualTo(1);
    assertThat(load.begin(1_100, SECOND)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void forgetsNoneOfTheTasksThatShareIt(long seed) throws InterruptedException {
    // Given
    LoadLevel load = new LoadLevel(new DegradeConfig(true, Duration.ofSeconds(1), 0f), 5);
    // When
    Race.of(
        4,
        seed,
        (number, random) -> {
          for (int i = 0; i < 1_000; i++) {
            load.begin(0, i);
            if (random.nextBoolean()) {
              load.done(0);
            } else {
              load.failed();
            }
          }
        });
    load.begin(0, SECOND);
    load.done(2 * SECOND);
    // Then: all have ended, so nothing has to wait
    assertThat(load.begin(0, HOUR)).isZero();
    assertThat(load.begin(0, HOUR)).as("behind another one").isEqualTo(1);
  }

  @Test
  void canBeSwitchedOff() {
    // Given
    Queue off = new Queue(false, SERVICE);
    // When
    off.arrive(60, HOUR / 6);
    // Then
    assertThat(off.levels).containsOnly(0);
  }
}
