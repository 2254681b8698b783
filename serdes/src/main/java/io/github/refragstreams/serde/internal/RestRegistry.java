package io.github.refragstreams.serde.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.refragstreams.serde.CompatibilityLevel;
import io.github.refragstreams.serde.RegisteredSchema;
import io.github.refragstreams.serde.RegistryException;
import io.github.refragstreams.serde.RegistryException.Kind;
import io.github.refragstreams.serde.SchemaRegistryClient;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.jspecify.annotations.Nullable;

/**
 * Client of Confluent's REST API, version 1, as Confluent's registry and others offer it. What the
 * registry has said about ids, versions and registered schemas is kept for good; that an id or a
 * schema is missing is kept for a while.
 */
public final class RestRegistry implements SchemaRegistryClient {
  private record SubjectSchema(String subject, String text) {}

  private record SubjectVersion(String subject, int version) {}

  private final RestTransport transport;
  private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
  private final Map<SubjectSchema, Integer> registeredIds = new ConcurrentHashMap<>();
  private final Map<SubjectSchema, RegisteredSchema> lookedUp = new ConcurrentHashMap<>();
  private final Map<SubjectVersion, RegisteredSchema> versions = new ConcurrentHashMap<>();
  private final NegativeCache<Integer, String> missingIds;
  private final NegativeCache<SubjectSchema, String> missingSchemas;

  /** A client with the system's clock, which waits between retries on the caller's thread. */
  public RestRegistry(RestConfig config) {
    this(
        config,
        new RestTransport(
            config,
            wait -> Thread.sleep(wait.toMillis()),
            () -> ThreadLocalRandom.current().nextDouble()),
        System::nanoTime);
  }

  RestRegistry(RestConfig config, RestTransport transport, LongSupplier nanoTime) {
    this.transport = transport;
    this.missingIds = new NegativeCache<>(config.missingSize(), config.missingIdTtl(), nanoTime);
    this.missingSchemas =
        new NegativeCache<>(config.missingSize(), config.missingSchemaTtl(), nanoTime);
  }

  @Override
  public int register(String subject, Schema schema) {
    SubjectSchema key = new SubjectSchema(subject, schema.toString());
    Integer known = registeredIds.get(key);
    if (known != null) {
      return known;
    }
    String path = subjectPath(subject) + "/versions";
    int id = number(transport.send("POST", path, body("schema", key.text())), "id", path);
    registeredIds.put(key, id);
    missingSchemas.remove(key);
    missingIds.remove(id);
    return id;
  }

  @Override
  public Schema schemaById(int id) {
    Schema known = schemas.get(id);
    if (known != null) {
      return known;
    }
    String path = "/schemas/ids/" + id;
    JsonNode answer = unlessMissing(missingIds, id, () -> transport.send("GET", path, null));
    Schema schema = schema(answer, path);
    schemas.put(id, schema);
    return schema;
  }

  @Override
  public RegisteredSchema version(String subject, int version) {
    SubjectVersion key = new SubjectVersion(subject, version);
    RegisteredSchema known = versions.get(key);
    if (known != null) {
      return known;
    }
    RegisteredSchema found = version(subject, String.valueOf(version));
    versions.put(key, found);
    return found;
  }

  @Override
  public RegisteredSchema latest(String subject) {
    return version(subject, "latest");
  }

  @Override
  public RegisteredSchema lookUp(String subject, Schema schema) {
    SubjectSchema key = new SubjectSchema(subject, schema.toString());
    RegisteredSchema known = lookedUp.get(key);
    if (known != null) {
      return known;
    }
    String path = subjectPath(subject);
    JsonNode answer =
        unlessMissing(
            missingSchemas, key, () -> transport.send("POST", path, body("schema", key.text())));
    RegisteredSchema found =
        new RegisteredSchema(
            subject, number(answer, "version", path), number(answer, "id", path), schema);
    lookedUp.put(key, found);
    return found;
  }

  @Override
  public boolean isCompatible(String subject, Schema schema) {
    String path = "/compatibility" + subjectPath(subject) + "/versions";
    return ifFound(() -> transport.send("POST", path, body("schema", schema.toString())))
        .map(answer -> field(answer, "is_compatible", path).asBoolean())
        .orElse(true);
  }

  @Override
  public CompatibilityLevel compatibility(String subject) {
    String path = "/config/" + encoded(subject);
    return ifFound(() -> transport.send("GET", path, null))
        .map(answer -> level(answer, path))
        .orElseGet(this::globalCompatibility);
  }

  @Override
  public void setCompatibility(String subject, CompatibilityLevel level) {
    transport.send("PUT", "/config/" + encoded(subject), body("compatibility", level.name()));
  }

  @Override
  public CompatibilityLevel globalCompatibility() {
    return level(transport.send("GET", "/config", null), "/config");
  }

  @Override
  public void setGlobalCompatibility(CompatibilityLevel level) {
    transport.send("PUT", "/config", body("compatibility", level.name()));
  }

  @Override
  public void close() {
    transport.close();
  }

  private RegisteredSchema version(String subject, String version) {
    String path = subjectPath(subject) + "/versions/" + version;
    JsonNode answer = transport.send("GET", path, null);
    return new RegisteredSchema(
        subject, number(answer, "version", path), number(answer, "id", path), schema(answer, path));
  }

  private Schema schema(JsonNode answer, String path) {
    String type = answer.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw new RegistryException(
          Kind.UNUSABLE, path + " answers with a schema of type " + type + "; expected AVRO");
    }
    try {
      Schema.Parser parser = new Schema.Parser().setValidateDefaults(false);
      parseReferences(answer, parser, new HashSet<>());
      return parser.parse(field(answer, "schema", path).asText());
    } catch (SchemaParseException e) {
      throw new RegistryException(
          Kind.UNUSABLE, path + " answers with a schema that Avro cannot read", e);
    }
  }

  /**
   * Teaches the parser the types that the schema takes from other subjects, the innermost first.
   */
  private void parseReferences(JsonNode answer, Schema.Parser parser, Set<String> seen) {
    for (JsonNode reference : answer.path("references")) {
      String path =
          subjectPath(reference.path("subject").asText())
              + "/versions/"
              + reference.path("version").asText();
      if (seen.add(path)) {
        JsonNode referenced = transport.send("GET", path, null);
        parseReferences(referenced, parser, seen);
        parser.parse(field(referenced, "schema", path).asText());
      }
    }
  }

  private static <K> JsonNode unlessMissing(
      NegativeCache<K, String> missing, K key, Supplier<JsonNode> call) {
    missing
        .get(key)
        .ifPresent(
            reason -> {
              throw new RegistryException(Kind.NOT_FOUND, reason);
            });
    try {
      return call.get();
    } catch (RegistryException e) {
      if (e.kind() == Kind.NOT_FOUND) {
        missing.put(key, String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }

  private static Optional<JsonNode> ifFound(Supplier<JsonNode> call) {
    try {
      return Optional.of(call.get());
    } catch (RegistryException e) {
      if (e.kind() == Kind.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static CompatibilityLevel level(JsonNode answer, String path) {
    String name = field(answer, "compatibilityLevel", path).asText();
    try {
      return CompatibilityLevel.valueOf(name);
    } catch (IllegalArgumentException e) {
      throw refused(path, "the unknown compatibility level " + name);
    }
  }

  private static int number(JsonNode answer, String field, String path) {
    JsonNode value = field(answer, field, path);
    if (!value.isInt()) {
      throw refused(path, field + " that is not an int");
    }
    return value.asInt();
  }

  private static JsonNode field(JsonNode answer, String field, String path) {
    @Nullable JsonNode value = answer.get(field);
    if (value == null) {
      throw refused(path, "no field " + field);
    }
    return value;
  }

  private static RegistryException refused(String path, String what) {
    return new RegistryException(Kind.REFUSED, path + " answers with " + what);
  }

  private static ObjectNode body(String field, String value) {
    return JsonNodeFactory.instance.objectNode().put(field, value);
  }

  private static String subjectPath(String subject) {
    return "/subjects/" + encoded(subject);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
