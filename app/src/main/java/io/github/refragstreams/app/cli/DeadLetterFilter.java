package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.client.RefusedRecord;
import io.github.refragstreams.app.config.InvalidConfigException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which dead letters. */
final class DeadLetterFilter {
  @Option(
      names = "--code",
      paramLabel = "CODE",
      split = ",",
      description = "Only those with one of these codes.")
  private List<String> codes = List.of();

  @Option(
      names = "--topic",
      paramLabel = "NAME",
      description = "Only those that came from this topic.")
  private @Nullable String topic;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Only those that were refused from then on, for instance 2026-11-24T12:00:00Z.")
  private @Nullable String since;

  boolean isEmpty() {
    return codes.isEmpty() && topic == null && since == null;
  }

  /**
   * @throws InvalidConfigException when an option has no sense
   */
  Predicate<RefusedRecord> asked() {
    List<String> wanted = codes.stream().map(code -> code.toUpperCase(Locale.ROOT)).toList();
    Instant from = since == null ? Instant.MIN : time(since);
    return record ->
        (wanted.isEmpty() || wanted.contains(record.code()))
            && (topic == null || topic.equals(record.topic()))
            && !record.refusedAt().isBefore(from);
  }

  private static Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new InvalidConfigException(
          "--since is " + text + "; it must be a time such as 2026-11-24T12:00:00Z");
    }
  }
}
