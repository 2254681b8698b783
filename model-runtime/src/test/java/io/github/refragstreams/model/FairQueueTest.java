package io.github.refragstreams.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.model.PassageEncoder.Asker;
import io.github.refragstreams.test.Schedule;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class FairQueueTest {
  private static final int ACTIONS = 300;

  @Property(tries = 300)
  void nobodyWhoWaitsGetsMoreThanAnotherByMoreThanTheLongestPassageOfEach(@ForAll long seed) {
    // Given
    Waiting waiting = new Waiting(seed);
    // When
    new Schedule(seed).turn(2, waiting::take).act(3, waiting::add).run(ACTIONS);
    // Then
    assertThat(waiting.wrong).isEmpty();
    assertThat(waiting.left).isPositive();
  }

  @Property(tries = 300)
  void eachLeavesOnceInTheOrderOfItsAskerAndTokensAreTheirSum(@ForAll long seed) {
    // Given
    Waiting waiting = new Waiting(seed);
    // When
    new Schedule(seed)
        .turn(2, waiting::take)
        .act(3, waiting::add)
        .act(1, waiting::remove)
        .run(ACTIONS);
    while (!waiting.queue.isEmpty()) {
      waiting.take();
    }
    // Then
    assertThat(waiting.disorder).isEmpty();
    assertThat(waiting.byAsker.values()).allMatch(ArrayDeque::isEmpty);
    assertThat(waiting.queue.tokens()).isZero();
  }

  @Example
  void whoWasIdleHasNoClaimToWhatOthersGotMeanwhile() {
    // Given: the first one has had much
    FairQueue queue = new FairQueue();
    for (int i = 0; i < 10; i++) {
      queue.add(passage(i, 4, 5), Asker.of("first"));
      queue.take(5);
    }
    queue.add(passage(10, 4, 5), Asker.of("first"));
    queue.add(passage(11, 4, 5), Asker.of("second"));
    queue.add(passage(12, 4, 5), Asker.of("second"));
    // When
    List<PendingPassage> batch = queue.take(10);
    // Then
    assertThat(batch).extracting(one -> one.number).containsExactly(10L, 11L);
  }

  @Example
  void aBatchIsOfOneChunkSizeAndPassesOverOthers() {
    // Given
    FairQueue queue = new FairQueue();
    queue.add(passage(0, 4, 2), Asker.SOMEBODY);
    queue.add(passage(1, 8, 2), Asker.SOMEBODY);
    queue.add(passage(2, 4, 2), Asker.SOMEBODY);
    // Then
    assertThat(queue.take(10)).extracting(one -> one.number).containsExactly(0L, 2L);
    assertThat(queue.take(10)).extracting(one -> one.number).containsExactly(1L);
    assertThat(queue.take(10)).isEmpty();
  }

  private static PendingPassage passage(long number, int k, int tokens) {
    int[] ids = new int[tokens];
    Arrays.fill(ids, (int) number);
    ChunkedText text = new ChunkedText(k, ids, new int[tokens], 0);
    return new PendingPassage(PendingPassage.Key.of(text), text, number, number);
  }

  /** A queue, and what its order is held against. */
  private static final class Waiting {
    static final int ASKERS = 4;
    static final int MOST_TOKENS = 50;

    final FairQueue queue = new FairQueue();
    final Map<Integer, ArrayDeque<PendingPassage>> byAsker = new HashMap<>();
    final List<String> wrong = new ArrayList<>();
    final List<String> disorder = new ArrayList<>();
    int left;

    /** What [a][b] a has had since both wait. */
    private final long[][] had = new long[ASKERS][ASKERS];

    private final Random random;

    /** Askers differ in how much they ask for at once. */
    private final int[] longest;

    private long numbers;

    Waiting(long seed) {
      random = new Random(seed);
      longest = IntStream.range(0, ASKERS).map(asker -> 1 + random.nextInt(MOST_TOKENS)).toArray();
      for (int asker = 0; asker < ASKERS; asker++) {
        byAsker.put(asker, new ArrayDeque<>());
      }
    }

    void add() {
      int asker = random.nextInt(ASKERS);
      PendingPassage passage = passage(numbers++, 4, 1 + random.nextInt(longest[asker]));
      queue.add(passage, asker(asker));
      if (own(asker).isEmpty()) {
        forget(asker);
      }
      own(asker).addLast(passage);
    }

    void take() {
      // One at a time: what a batch has together leaves in its order.
      for (PendingPassage taken : queue.take(1)) {
        left++;
        int asker = owner(taken);
        if (own(asker).removeFirst() != taken) {
          disorder.add("passage " + taken.number);
        }
        for (int other = 0; other < ASKERS; other++) {
          if (other != asker && !own(other).isEmpty()) {
            had[asker][other] += taken.tokens();
            if (had[asker][other] - had[other][asker] > longest[asker] + longest[other]) {
              wrong.add(asker + " before " + other);
            }
          }
        }
        if (own(asker).isEmpty()) {
          forget(asker);
        }
      }
    }

    void remove() {
      ArrayDeque<PendingPassage> one = own(random.nextInt(ASKERS));
      if (!one.isEmpty()) {
        PendingPassage removed = one.removeLast();
        assertThat(queue.remove(removed)).isTrue();
        assertThat(queue.remove(removed)).isFalse();
      }
    }

    private void forget(int asker) {
      for (int other = 0; other < ASKERS; other++) {
        had[asker][other] = 0;
        had[other][asker] = 0;
      }
    }

    private int owner(PendingPassage passage) {
      return IntStream.range(0, ASKERS)
          .filter(asker -> own(asker).contains(passage))
          .findFirst()
          .orElseThrow();
    }

    private ArrayDeque<PendingPassage> own(int asker) {
      return byAsker.getOrDefault(asker, new ArrayDeque<>());
    }

    private static Asker asker(int number) {
      return Asker.of("asker " + number);
    }
  }
}
