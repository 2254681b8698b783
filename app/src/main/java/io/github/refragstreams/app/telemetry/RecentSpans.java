package io.github.refragstreams.app.telemetry;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The last spans of this process, oldest out beyond a bound, for those who look at one query. Safe
 * for use by many threads.
 */
public final class RecentSpans implements SpanProcessor {
  /** What spans of a query's stages have. */
  private static final AttributeKey<String> QUERY = AttributeKey.stringKey("refrag.query.id");

  private final int most;

  @GuardedBy("this")
  private final Deque<SpanData> spans = new ArrayDeque<>();

  /**
   * @param most spans that are kept, about 1 KB each
   */
  public RecentSpans(int most) {
    this.most = most;
  }

  /**
   * Spans of a query by their start: its own, and those in its trace that name no query. Empty
   * where there are none, or none any more.
   */
  public List<SpanData> of(String queryId) {
    List<SpanData> all = all();
    Set<String> traces =
        all.stream()
            .filter(span -> queryId.equals(span.getAttributes().get(QUERY)))
            .map(SpanData::getTraceId)
            .collect(Collectors.toSet());
    return all.stream()
        .filter(span -> traces.contains(span.getTraceId()))
        .filter(
            span -> {
              String named = span.getAttributes().get(QUERY);
              return named == null || named.equals(queryId);
            })
        .sorted(Comparator.comparingLong(SpanData::getStartEpochNanos))
        .toList();
  }

  private synchronized List<SpanData> all() {
    return List.copyOf(spans);
  }

  @Override
  public void onEnd(ReadableSpan span) {
    if (span.getSpanContext().isSampled()) {
      add(span.toSpanData());
    }
  }

  private synchronized void add(SpanData span) {
    spans.addLast(span);
    if (spans.size() > most) {
      spans.removeFirst();
    }
  }

  @Override
  public boolean isEndRequired() {
    return most > 0;
  }

  @Override
  public void onStart(Context parent, ReadWriteSpan span) {}

  @Override
  public boolean isStartRequired() {
    return false;
  }
}
