package io.github.refragstreams.app.api;

import io.github.refragstreams.app.client.RagClient;
import io.github.refragstreams.app.http.Exchange;
import io.github.refragstreams.app.http.Routes;
import io.github.refragstreams.schemas.Document;
import io.github.refragstreams.topology.Limits;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/documents}: a document to encode ahead of any question. */
final class DocumentRoutes {
  private final Limits limits;
  private final RagClient client;

  /**
   * @param documentId null: a new one
   */
  record DocumentRequest(
      @Nullable String documentId, @Nullable String title, @Nullable String text) {
    @Override
    public String toString() {
      return "DocumentRequest[" + documentId + "]";
    }
  }

  DocumentRoutes(Limits limits, RagClient client) {
    this.limits = limits;
    this.client = client;
  }

  Routes routes() {
    return new Routes().post("/v1/documents", this::publish);
  }

  private void publish(Exchange exchange) {
    DocumentRequest request = exchange.json(DocumentRequest.class);
    String title = request.title();
    int left = Questions.besideTitle("title", title, limits.documentChars());
    String text = Questions.text("text", request.text(), left);
    String id = request.documentId() == null ? UUID.randomUUID().toString() : request.documentId();
    Questions.text("document_id", id, limits.idChars());
    try {
      var unused =
          client
              .publish(new Document(id, title, text))
              .whenComplete((sent, failure) -> reply(exchange, id, failure));
    } catch (KafkaException e) {
      reply(exchange, id, e);
    }
  }

  private static void reply(Exchange exchange, String id, @Nullable Throwable failure) {
    if (failure == null) {
      Lack.nothing();
      exchange.reply(202, Map.of("document_id", id));
    } else {
      exchange.fail(Problems.arising(failure, Duration.ZERO));
    }
  }
}
