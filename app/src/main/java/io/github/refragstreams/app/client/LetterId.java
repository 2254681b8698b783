package io.github.refragstreams.app.client;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a record lies among the dead letters; as text {@code partition@offset}. */
public record LetterId(int partition, long offset) implements Comparable<LetterId> {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,9})@(\\d{1,18})");
  private static final Comparator<LetterId> BY_PLACE =
      Comparator.comparingInt(LetterId::partition).thenComparingLong(LetterId::offset);

  /** Empty where the text is no id. */
  static Optional<LetterId> parse(String text) {
    Matcher place = TEXT.matcher(text);
    return place.matches()
        ? Optional.of(
            new LetterId(Integer.parseInt(place.group(1)), Long.parseLong(place.group(2))))
        : Optional.empty();
  }

  @Override
  public int compareTo(LetterId other) {
    return BY_PLACE.compare(this, other);
  }

  @Override
  public String toString() {
    return partition + "@" + offset;
  }
}
