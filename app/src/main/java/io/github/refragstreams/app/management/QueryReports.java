package io.github.refragstreams.app.management;

import static java.util.stream.Collectors.toMap;

import io.github.refragstreams.app.http.HttpProblem;
import io.github.refragstreams.app.service.AnsweringService;
import io.github.refragstreams.app.telemetry.RecentSpans;
import io.github.refragstreams.topology.QueryState;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.jspecify.annotations.Nullable;

/**
 * What this process knows of a query: how far it has come, by the stores of the tasks that are
 * here, and the spans of its stages. Holds no text of any record. Safe for use by many threads.
 */
public final class QueryReports {
  private final RecentSpans spans;
  private volatile @Nullable AnsweringService service;

  public QueryReports(RecentSpans spans) {
    this.spans = spans;
  }

  /** The topology was started. */
  public void started(AnsweringService running) {
    service = running;
  }

  /**
   * Its fields, for JSON.
   *
   * @throws HttpProblem with status 503 while tasks start, move or end
   */
  public Map<String, @Nullable Object> of(String queryId) {
    QueryState state = state(queryId);
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("query_id", queryId);
    fields.put("state", state.phase().name().toLowerCase(Locale.ROOT));
    fields.put("since", state.since() == null ? null : state.since().toString());
    fields.put("passages", state.passages());
    fields.put("expected_passages", state.expected());
    fields.put("failed_attempts", state.attempts());
    fields.put("generation_id", state.generationId());
    fields.put("spans", spans.of(queryId).stream().map(QueryReports::fields).toList());
    return fields;
  }

  private QueryState state(String queryId) {
    AnsweringService running = service;
    if (running == null) {
      throw moving("the topology has not been started yet");
    }
    try {
      return running.stores().query(queryId);
    } catch (InvalidStateStoreException | IllegalStateException e) {
      throw moving("tasks start, move or end at the moment");
    }
  }

  private static HttpProblem moving(String why) {
    return new HttpProblem(503, "no-stores", why + "; ask again");
  }

  private static Map<String, Object> fields(SpanData span) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", span.getName());
    fields.put("trace_id", span.getTraceId());
    fields.put("start_ms", span.getStartEpochNanos() / 1e6);
    fields.put("end_ms", span.getEndEpochNanos() / 1e6);
    fields.put("failed", span.getStatus().getStatusCode() == StatusCode.ERROR);
    fields.put(
        "attributes",
        span.getAttributes().asMap().entrySet().stream()
            .collect(toMap(entry -> entry.getKey().getKey(), Map.Entry::getValue)));
    return fields;
  }
}
