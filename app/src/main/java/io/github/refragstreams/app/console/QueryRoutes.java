package io.github.refragstreams.app.console;

import io.github.refragstreams.app.client.QueryEvents;
import io.github.refragstreams.app.client.StoredEvent;
import io.github.refragstreams.app.http.Exchange;
import io.github.refragstreams.app.http.HttpProblem;
import io.github.refragstreams.app.http.Routes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code GET requests} and {@code GET requests/{id}}: what the topics hold of queries. */
final class QueryRoutes {
  private static final int MOST = 100;

  private final QueryEvents events;

  QueryRoutes(QueryEvents events) {
    this.events = events;
  }

  Routes routes(String path) {
    return new Routes()
        .get(path + "/requests", ClusterCalls.guarded(this::list))
        .get(path + "/requests/{id}", ClusterCalls.guarded(this::show));
  }

  private void list(Exchange exchange) {
    exchange.reply(
        200,
        events.recent(ClusterCalls.limit(exchange, MOST)).stream()
            .map(
                query -> {
                  Map<String, @Nullable Object> fields = new LinkedHashMap<>();
                  fields.put("query_id", query.queryId());
                  fields.put("question", query.question());
                  fields.put("asked_at", query.askedAt().toString());
                  fields.put("state", query.state());
                  fields.put("time_to_first_token_ms", query.firstTokenMillis());
                  return fields;
                })
            .toList());
  }

  private void show(Exchange exchange) {
    String id = exchange.parameter("id");
    List<StoredEvent> found = events.of(id);
    if (found.isEmpty()) {
      throw new HttpProblem(
          404, "unknown-request", "there is nothing of query '" + id + "' among the last records");
    }
    exchange.reply(200, found.stream().map(QueryRoutes::fields).toList());
  }

  private static Map<String, @Nullable Object> fields(StoredEvent event) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("topic", event.topic());
    fields.put("partition", event.partition());
    fields.put("offset", event.offset());
    fields.put("at", event.at().toString());
    fields.put("headers", event.headers());
    fields.put("bytes", event.bytes());
    fields.put("event", event.event());
    return fields;
  }
}
