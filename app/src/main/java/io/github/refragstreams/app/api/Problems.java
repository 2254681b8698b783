package io.github.refragstreams.app.api;

import io.github.refragstreams.app.client.BusyException;
import io.github.refragstreams.app.client.RefusedException;
import io.github.refragstreams.app.http.HttpProblem;
import io.github.refragstreams.model.Causes;
import io.github.refragstreams.topology.ErrorClass;
import io.github.refragstreams.topology.ErrorCode;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** What is said to clients when a question or a document comes to nothing. */
public final class Problems {
  private static final Duration LATER = Duration.ofSeconds(5);

  private Problems() {}

  /**
   * Changes nothing, and may be asked of the same failure again.
   *
   * @param waited how long an answer was waited for, if that is the failure
   * @return a failure that is a problem as itself; one that nobody expects as itself
   */
  static Throwable of(Throwable failure, Duration waited) {
    Throwable cause = Causes.of(failure);
    if (cause instanceof RefusedException refused) {
      return refused(refused);
    }
    if (cause instanceof TimeoutException) {
      return new HttpProblem(
          504,
          "no-answer",
          "no answer after " + waited.toSeconds() + " s; the query was taken back");
    }
    if (cause instanceof CancellationException) {
      return new HttpProblem(503, "taken-back", "the query was taken back, or the server stops");
    }
    if (cause instanceof RecordTooLargeException) {
      return new HttpProblem(
          413, "record-too-large", "this is more than a record of the cluster may hold");
    }
    if (cause instanceof BusyException) {
      return HttpProblem.busy("the cluster is asked for others at the moment");
    }
    return Lack.of(cause).<Throwable>map(Lack::problem).orElse(cause);
  }

  /** The same for a failure that comes about now: the log hears of what begins to be away. */
  static Throwable arising(Throwable failure, Duration waited) {
    Throwable cause = Causes.of(failure);
    Lack.of(cause).ifPresent(lack -> lack.found(cause));
    return of(cause, waited);
  }

  /**
   * Reads from the cluster for a request.
   *
   * @throws HttpProblem when cluster or registry cannot be reached, or others are reading
   */
  public static <T> T reading(Supplier<T> read) {
    try {
      T found = read.get();
      Lack.nothing();
      return found;
    } catch (KafkaException | BusyException e) {
      throw HttpProblem.of(arising(e, Duration.ZERO));
    }
  }

  private static HttpProblem refused(RefusedException refused) {
    ErrorClass blame =
        Arrays.stream(ErrorCode.values())
            .filter(known -> known.name().equals(refused.code()))
            .map(ErrorCode::errorClass)
            .findFirst()
            .orElse(ErrorClass.BUG);
    String code = refused.code().toLowerCase(Locale.ROOT).replace('_', '-');
    String detail = String.valueOf(refused.getMessage());
    return switch (blame) {
      case BAD_INPUT -> new HttpProblem(422, code, detail);
      case TRANSIENT, MODEL, RESOURCE -> new HttpProblem(503, code, detail).retryAfter(LATER);
      case BUG -> new HttpProblem(500, code, detail);
    };
  }
}
