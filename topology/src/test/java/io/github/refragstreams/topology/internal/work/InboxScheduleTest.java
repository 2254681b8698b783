package io.github.refragstreams.topology.internal.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.test.Race;
import io.github.refragstreams.test.Schedule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * What holds of an inbox whatever comes when, also while it waits and while an event is handled.
 */
class InboxScheduleTest {
  private static final int TIMES = 200;
  private static final int MOST_WAIT = 20;

  /** Most nanoseconds between two looks at the clock. */
  private static final int STEP = 5;

  @Property(tries = 200)
  void handlesEachEventOnceInTheOrderInWhichItCame(@ForAll long seed) {
    // Given
    Taking taking = new Taking(seed);
    // When
    taking.schedule.run(TIMES);
    taking.schedule.quiet();
    taking.tick();
    // Then
    assertThat(taking.handled)
        .isNotEmpty()
        .containsExactlyElementsOf(IntStream.range(0, taking.added).boxed().toList());
  }

  @Property(tries = 200)
  void waitsOnceBetweenTwoTicksWhateverComes(@ForAll long seed) {
    // Given
    Taking taking = new Taking(seed);
    // When
    taking.schedule.run(TIMES);
    // Then: the last look at the clock may be late
    assertThat(taking.waits).anyMatch(wait -> wait > 0).allMatch(wait -> wait < MOST_WAIT + STEP);
  }

  @Property(tries = 10)
  void manyThreadsMayAddWhileOneTakes(@ForAll long seed) throws InterruptedException {
    // Given
    record Event(int from, int number) {}
    int adders = 4;
    int each = 500;
    Inbox<Event> inbox = new Inbox<>(Duration.ofMillis(1));
    List<Event> handled = new ArrayList<>();
    // When
    Race.of(
        adders + 1,
        seed,
        (number, random) -> {
          if (number < adders) {
            IntStream.range(0, each).forEach(i -> inbox.add(new Event(number, i)));
            return;
          }
          while (handled.size() < adders * each) {
            if (random.nextBoolean()) {
              inbox.tick(handled::add);
            } else {
              inbox.awaitRoom(() -> random.nextInt(4) == 0, handled::add);
            }
          }
        });
    // Then
    assertThat(handled).hasSize(adders * each);
    for (int from = 0; from < adders; from++) {
      int adder = from;
      assertThat(handled.stream().filter(event -> event.from == adder).map(Event::number))
          .containsExactlyElementsOf(IntStream.range(0, each).boxed().toList());
    }
  }

  /** A task that takes numbers from its inbox, and models that add them. */
  private static final class Taking {
    final Schedule schedule;
    final List<Integer> handled = new ArrayList<>();
    int added;

    /** What was waited between two ticks each. */
    final List<Integer> waits = new ArrayList<>(List.of(0));

    private final Inbox<Integer> inbox = new Inbox<>(Duration.ofNanos(MOST_WAIT), () -> clock());
    private long now;

    /** Looks at the clock with the present record. */
    private int looks;

    Taking(long seed) {
      schedule = new Schedule(seed);
      schedule.turn(1, this::tick).turn(3, this::record).act(4, this::add);
    }

    void tick() {
      int before = added;
      waits.add(0);
      inbox.tick(this::handle);
      assertThat(handled).as("all that was there").hasSizeGreaterThanOrEqualTo(before);
    }

    private void record() {
      looks = 0;
      inbox.awaitRoom(this::hasRoom, this::handle);
    }

    /** Room as soon as nothing is there: the test would really wait otherwise. */
    private boolean hasRoom() {
      schedule.meanwhile();
      return handled.size() == added || schedule.random().nextInt(8) == 0;
    }

    private void handle(int number) {
      handled.add(number);
      schedule.meanwhile();
    }

    private void add() {
      inbox.add(added++);
    }

    /** Time passes from look to look; what passes after the first one was waited. */
    private long clock() {
      int passed = schedule.random().nextInt(STEP);
      now += passed;
      if (looks++ > 0) {
        waits.set(waits.size() - 1, waits.get(waits.size() - 1) + passed);
      }
      return now;
    }
  }
}
