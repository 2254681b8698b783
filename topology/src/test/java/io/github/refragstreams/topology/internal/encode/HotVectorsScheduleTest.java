package io.github.refragstreams.topology.internal.encode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.test.Race;
import io.github.refragstreams.test.Schedule;
import io.github.refragstreams.topology.internal.store.EncodedText;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.common.utils.Bytes;

/** What holds of the vectors in use whatever tasks do with them. */
class HotVectorsScheduleTest {
  private static final int KEYS = 20;
  private static final int TIMES = 300;
  private static final long MOST_BYTES = 6L * (key(0).get().length + text(0).bytes());

  @Property(tries = 100)
  void givesWhatWasPutLastOrNothingAndNothingThatHasLeft(@ForAll long seed) {
    // Given
    HotVectors hot = new HotVectors(MOST_BYTES);
    Schedule schedule = new Schedule(seed);
    Random random = schedule.random();
    Map<Integer, EncodedText> last = new HashMap<>();
    schedule
        .turn(
            2,
            () -> {
              int key = random.nextInt(KEYS);
              last.put(key, text(key));
              hot.put(key(key), last.get(key));
            })
        .turn(
            1,
            () -> {
              int key = random.nextInt(KEYS);
              last.remove(key);
              hot.remove(key(key));
            })
        .turn(
            3,
            () -> {
              // Then
              int key = random.nextInt(KEYS);
              EncodedText found = hot.get(key(key));
              assertThat(found).isIn(null, last.get(key));
              assertThat(held(hot)).isLessThanOrEqualTo(MOST_BYTES);
            });
    // When
    schedule.run(TIMES);
    assertThat(last).isNotEmpty();
  }

  @Property(tries = 10)
  void manyTasksMayShareThem(@ForAll long seed) throws InterruptedException {
    // Given
    HotVectors hot = new HotVectors(MOST_BYTES);
    // When
    Race.of(
        4,
        seed,
        (number, random) -> {
          for (int i = 0; i < 1_000; i++) {
            int key = random.nextInt(KEYS);
            switch (random.nextInt(4)) {
              case 0 -> hot.remove(key(key));
              case 1 -> hot.put(key(key), text(key));
              default -> {
                // Then
                EncodedText found = hot.get(key(key));
                assertThat(found == null ? key : found.tokenIds()[0]).isEqualTo(key);
              }
            }
          }
        });
    // Then
    assertThat(held(hot)).isLessThanOrEqualTo(MOST_BYTES);
    for (int key = 0; key < KEYS; key++) {
      hot.remove(key(key));
    }
    assertThat(held(hot)).isZero();
  }

  private static long held(HotVectors hot) {
    long bytes = 0;
    for (int i = 0; i < KEYS; i++) {
      EncodedText found = hot.get(key(i));
      bytes += found == null ? 0 : key(i).get().length + found.bytes();
    }
    return bytes;
  }

  private static Bytes key(int i) {
    return Bytes.wrap(String.format("%02d", i).getBytes(UTF_8));
  }

  /** Tells the key that it is for. */
  private static EncodedText text(int i) {
    return new EncodedText(
        new byte[] {(byte) i, 0, 0, 0}, new byte[4], ChunkVectors.ofFloats(1, 2, new float[2]));
  }
}
