package io.github.refragstreams.app.console;

import io.github.refragstreams.app.client.DeadLetter;
import io.github.refragstreams.app.client.DeadLetters;
import io.github.refragstreams.app.client.EventDecoder;
import io.github.refragstreams.app.client.RefusedRecord;
import io.github.refragstreams.app.http.Exchange;
import io.github.refragstreams.app.http.HttpProblem;
import io.github.refragstreams.app.http.Routes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET dead-letters}, {@code GET dead-letters/{id}} and {@code POST dead-letters/replay}: the
 * last records that could not be used, and the way back for them.
 */
final class DeadLetterRoutes {
  private static final int MOST = 200;

  private final DeadLetters letters;
  private final EventDecoder decoder;

  /** Which ones to send again. */
  record ReplayRequest(@Nullable List<String> ids) {}

  DeadLetterRoutes(DeadLetters letters, EventDecoder decoder) {
    this.letters = letters;
    this.decoder = decoder;
  }

  Routes routes(String path) {
    return new Routes()
        .get(path + "/dead-letters", ClusterCalls.guarded(this::list))
        .get(path + "/dead-letters/{id}", ClusterCalls.guarded(this::show))
        .post(path + "/dead-letters/replay", ClusterCalls.guarded(this::replay));
  }

  private void list(Exchange exchange) {
    int most = ClusterCalls.limit(exchange, MOST);
    exchange.reply(200, letters.newest(most).stream().map(RefusedRecord::summary).toList());
  }

  private void show(Exchange exchange) {
    String id = exchange.parameter("id");
    DeadLetter letter = letters.find(id).orElseThrow(() -> unknown(id));
    Map<String, @Nullable Object> fields = letter.details();
    fields.put("replayable", letters.whyNotReplayable(letter.refused()).isEmpty());
    fields.put("payload", letter.payload(decoder));
    exchange.reply(200, fields);
  }

  /** Takes JSON, which pages of other sites cannot send. */
  private void replay(Exchange exchange) {
    List<String> ids = exchange.json(ReplayRequest.class).ids();
    if (ids == null || ids.isEmpty() || ids.size() > MOST) {
      throw HttpProblem.invalid("ids", "expected from 1 to " + MOST + " 'ids' of dead letters");
    }
    Map<String, RefusedRecord> chosen = letters.find(ids);
    for (String id : ids) {
      RefusedRecord record = chosen.get(id);
      if (record == null) {
        throw unknown(id);
      }
      letters
          .whyNotReplayable(record)
          .ifPresent(
              why -> {
                throw HttpProblem.invalid("ids", why);
              });
    }
    List<String> replayed = new ArrayList<>();
    letters.replay(chosen.values(), record -> replayed.add(record.id().toString()));
    exchange.reply(200, Map.of("replayed", replayed));
  }

  private static HttpProblem unknown(String id) {
    return new HttpProblem(404, "unknown-dead-letter", "there is no dead letter '" + id + "'");
  }
}
