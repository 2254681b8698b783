package io.github.refragstreams.app.load;

import io.github.refragstreams.schemas.QueryOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How much is measured.
 *
 * @param seed decides on questions, arrivals and passages
 * @param questions of one measurement
 * @param passages of each question
 * @param repetitions of what is compared, one after the other in turn
 * @param concurrency questions without answer at a time
 * @param duration of measurements over time; null: as long as each needs
 * @param answers how questions are answered
 * @param against settings that overload is measured with a second time
 */
public record LoadOptions(
    long seed,
    int questions,
    int passages,
    int repetitions,
    List<Integer> concurrency,
    @Nullable Duration duration,
    QueryOptions answers,
    Map<String, String> against) {
  /** Questions at a time where a measurement needs all that the machine can do. */
  static final int BUSY = 8;

  public LoadOptions {
    concurrency = List.copyOf(concurrency);
    against = Map.copyOf(against);
  }

  Duration durationOr(Duration usual) {
    return duration == null ? usual : duration;
  }
}
