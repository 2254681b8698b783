package io.github.refragstreams.app.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.refragstreams.app.http.Binding;
import io.github.refragstreams.app.http.Endpoint;
import io.github.refragstreams.app.http.ErrorFormat;
import io.github.refragstreams.app.http.Exchange;
import io.github.refragstreams.app.http.HttpProblem;
import io.github.refragstreams.app.http.LoopbackHost;
import io.github.refragstreams.app.http.Routes;
import io.github.refragstreams.app.http.WebLimits;
import io.github.refragstreams.app.http.WebServer;
import io.github.refragstreams.serde.RegisteredSchema;
import io.github.refragstreams.serde.RegistryException;
import io.github.refragstreams.serde.SchemaRegistryClient;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/**
 * A registry of this process, for processes of other languages: as much of Confluent's REST API as
 * serializers and deserializers ask for, on loopback.
 */
public final class EmbeddedRegistry implements AutoCloseable {
  private static final String TYPE = "application/vnd.schemaregistry.v1+json";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final WebLimits LIMITS =
      new WebLimits(
          1 << 20,
          16L << 20,
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          32,
          64,
          Duration.ofSeconds(2));

  private final SchemaRegistryClient registry;
  private final WebServer server;

  private EmbeddedRegistry(SchemaRegistryClient registry, int port) {
    this.registry = registry;
    Routes routes =
        new Routes()
            .errors(new RegistryErrors())
            .post("/subjects/{subject}/versions", answering(this::register))
            .post("/subjects/{subject}", answering(this::lookUp))
            .get("/subjects/{subject}/versions/{version}", answering(this::version))
            .get("/schemas/ids/{id}", answering(this::schema));
    Binding binding = Binding.ofOption("registry", "--registry-port", port, LIMITS);
    this.server = WebServer.start(binding, LoopbackHost.of(binding), routes);
  }

  /**
   * Serves from now on.
   *
   * @param registry not closed with the server
   * @param port 0 for a free one
   */
  public static EmbeddedRegistry start(SchemaRegistryClient registry, int port) {
    return new EmbeddedRegistry(registry, port);
  }

  /** What clients set as {@code schema.registry.url}. */
  public URI url() {
    return server.url();
  }

  /** Waits until it is closed. */
  public void awaitEnd() throws InterruptedException {
    server.awaitEnd();
  }

  @Override
  public void close() {
    server.close();
  }

  private interface Call {
    Map<String, Object> answer(Exchange exchange);
  }

  private static Endpoint answering(Call call) {
    return exchange -> {
      try {
        exchange.reply(200, TYPE, JSON.writeValueAsBytes(call.answer(exchange)));
      } catch (RegistryException e) {
        throw problem(e);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e);
      }
    };
  }

  private Map<String, Object> register(Exchange exchange) {
    return Map.of("id", registry.register(exchange.parameter("subject"), sent(exchange)));
  }

  private Map<String, Object> lookUp(Exchange exchange) {
    return described(registry.lookUp(exchange.parameter("subject"), sent(exchange)));
  }

  private Map<String, Object> version(Exchange exchange) {
    String subject = exchange.parameter("subject");
    String version = exchange.parameter("version");
    return described(
        version.equals("latest")
            ? registry.latest(subject)
            : registry.version(subject, number(version)));
  }

  private Map<String, Object> schema(Exchange exchange) {
    return Map.of("schema", registry.schemaById(number(exchange.parameter("id"))).toString());
  }

  private static Map<String, Object> described(RegisteredSchema schema) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("subject", schema.subject());
    values.put("version", schema.version());
    values.put("id", schema.id());
    values.put("schema", schema.schema().toString());
    return values;
  }

  private static Schema sent(Exchange exchange) {
    try {
      JsonNode body = JSON.readTree(exchange.jsonBody());
      String type = body.path("schemaType").asText("AVRO");
      if (!type.equals("AVRO")) {
        throw unusable("schemaType is '" + type + "'; expected AVRO");
      }
      return new Schema.Parser().parse(body.path("schema").asText());
    } catch (SchemaParseException | IOException e) {
      throw unusable("the body holds no Avro schema");
    }
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw unusable("'" + text + "' is no number");
    }
  }

  private static HttpProblem unusable(String detail) {
    return new HttpProblem(422, "42201", detail);
  }

  private static HttpProblem problem(RegistryException failure) {
    String detail = String.valueOf(failure.getMessage());
    return switch (failure.kind()) {
      case NOT_FOUND -> new HttpProblem(404, "40403", detail);
      case INCOMPATIBLE -> new HttpProblem(409, "409", detail);
      case REFUSED, UNUSABLE -> new HttpProblem(422, "42201", detail);
      case UNAVAILABLE -> new HttpProblem(503, "50003", detail);
    };
  }

  /** The registry's errors have numbers; what the server itself refuses has its status. */
  private static final class RegistryErrors implements ErrorFormat {
    @Override
    public String type() {
      return TYPE;
    }

    @Override
    public Map<String, Object> body(HttpProblem problem) {
      boolean own = problem.code().chars().allMatch(Character::isDigit);
      return Map.of(
          "error_code",
          own ? Integer.parseInt(problem.code()) : problem.status(),
          "message",
          problem.detail());
    }
  }
}
