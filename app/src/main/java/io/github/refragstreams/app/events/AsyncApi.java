package io.github.refragstreams.app.events;

import io.github.refragstreams.app.acls.Role;
import io.github.refragstreams.topology.CancelHeader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.kafka.common.config.TopicConfig;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** The events as an AsyncAPI 3 document, seen from the application: what it receives and sends. */
public final class AsyncApi {
  /** Version of the events: that of the newest released schemas. */
  static final String EVENTS_VERSION = "0.1.0";

  private static final String COMMENT =
      "# Generated from the code by `refrag events-reference --asyncapi`; a test compares it.\n";
  private static final String BINDING_VERSION = "0.5.0";
  private static final String AVRO = "application/vnd.apache.avro;version=1.9.0";
  private static final String CONTENT_TYPE = "application/vnd.confluent.avro";
  private static final String CANCELLATION = "QueryCancellation";
  private static final String REFUSED = "RefusedRecord";

  private AsyncApi() {}

  /** The document in YAML. */
  public static String yaml() {
    DumpSettings settings =
        DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setIndicatorIndent(2)
            .setIndentWithIndicator(true)
            .setWidth(120)
            .build();
    return COMMENT + new Dump(settings).dumpToString(document(EventTopics.defaults()));
  }

  static Map<String, Object> document(List<EventTopic> topics) {
    Map<String, Object> channels = new LinkedHashMap<>();
    Map<String, Object> operations = new LinkedHashMap<>();
    Map<String, Object> messages = new LinkedHashMap<>();
    for (EventTopic topic : topics) {
      channels.put(topic.spec().role(), channel(topic));
      operations.put(action(topic) + "-" + topic.spec().role(), operation(topic));
      messages.putAll(messages(topic));
    }
    return ordered(
        "asyncapi",
        "3.0.0",
        "info",
        ordered(
            "title",
            "refrag-streams",
            "version",
            EVENTS_VERSION,
            "description",
            "Answers questions over Kafka from retrieved passages. Channels have the default names of"
                + " the topics; topics.prefix stands before all of them. Read what is sent with"
                + " isolation.level=read_committed.",
            "license",
            ordered(
                "name", "Apache-2.0", "url", "https://www.apache.org/licenses/LICENSE-2.0.html")),
        "defaultContentType",
        CONTENT_TYPE,
        "servers",
        ordered("kafka", server()),
        "channels",
        channels,
        "operations",
        operations,
        "components",
        ordered("messages", messages));
  }

  private static Map<String, Object> server() {
    return ordered(
        "host",
        "{bootstrap}",
        "protocol",
        "kafka",
        "description",
        "Your cluster: kafka.bootstrap.servers and kafka.schema.registry.url.",
        "variables",
        ordered("bootstrap", ordered("default", "broker:9092")),
        "bindings",
        kafka("schemaRegistryUrl", "http://registry:8081", "schemaRegistryVendor", "confluent"));
  }

  private static Map<String, Object> channel(EventTopic topic) {
    Map<String, Object> messages = new LinkedHashMap<>();
    messages(topic).keySet().forEach(name -> messages.put(name, reference(componentOf(name))));
    return ordered(
        "address",
        topic.spec().name(),
        "description",
        topic.summary(),
        "messages",
        messages,
        "bindings",
        kafka(
            "topic",
            topic.spec().name(),
            "partitions",
            topic.spec().partitions(),
            "topicConfiguration",
            settings(topic)));
  }

  private static Map<String, Object> settings(EventTopic topic) {
    Map<String, String> config = topic.spec().config();
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put(
        TopicConfig.CLEANUP_POLICY_CONFIG,
        List.of(
            config
                .getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE)
                .split(",")));
    String largest = config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
    if (largest != null) {
      settings.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.valueOf(largest));
    }
    return settings;
  }

  private static Map<String, Object> operation(EventTopic topic) {
    String channel = "#/channels/" + topic.spec().role();
    return ordered(
        "action",
        action(topic),
        "channel",
        reference(channel),
        "messages",
        messages(topic).keySet().stream()
            .map(name -> reference(channel + "/messages/" + name))
            .toList());
  }

  private static String action(EventTopic topic) {
    return topic.readers().contains(Role.APPLICATION) ? "receive" : "send";
  }

  private static Map<String, Object> messages(EventTopic topic) {
    Map<String, Object> messages = new LinkedHashMap<>();
    if (topic.value().isPresent()) {
      Schema schema = topic.value().get();
      Map<String, Object> payload =
          ordered("schemaFormat", AVRO, "schema", EventSchemas.tree(schema));
      messages.put(
          schema.getName(),
          message(
              topic,
              schema.getName(),
              topic.summary(),
              payload,
              kafka(
                  "key",
                  key(topic),
                  "schemaIdLocation",
                  "payload",
                  "schemaIdPayloadEncoding",
                  "confluent")));
    } else {
      messages.put(
          REFUSED,
          message(
              topic,
              REFUSED,
              topic.summary(),
              ordered("description", "The refused record's own value, any bytes or none."),
              kafka("key", key(topic))));
    }
    if (topic.headers().stream().anyMatch(header -> header.name().equals(CancelHeader.QUERY_ID))) {
      messages.put(
          CANCELLATION,
          message(
              topic,
              CANCELLATION,
              "A record without value takes a query back.",
              ordered("type", "null"),
              kafka("key", key(topic))));
    }
    return messages;
  }

  private static Map<String, Object> message(
      EventTopic topic,
      String name,
      String summary,
      Map<String, Object> payload,
      Map<String, Object> bindings) {
    Map<String, Object> headers = new LinkedHashMap<>();
    topic
        .headers()
        .forEach(
            header ->
                headers.put(
                    header.name(), ordered("type", "string", "description", header.meaning())));
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("name", name);
    message.put("summary", summary);
    if (topic.value().isEmpty()) {
      message.put("contentType", "application/octet-stream");
    }
    message.put("headers", ordered("type", "object", "properties", headers));
    message.put("payload", payload);
    message.put("bindings", bindings);
    return message;
  }

  private static Map<String, Object> key(EventTopic topic) {
    return ordered("type", "string", "description", topic.key());
  }

  private static String componentOf(String message) {
    return "#/components/messages/" + message;
  }

  private static Map<String, Object> reference(String to) {
    return ordered("$ref", to);
  }

  private static Map<String, Object> kafka(Object... entries) {
    List<Object> all = new ArrayList<>(List.of(entries));
    all.add("bindingVersion");
    all.add(BINDING_VERSION);
    return ordered("kafka", ordered(all.toArray()));
  }

  /** A map in the order of writing: names and values in turn. */
  private static Map<String, Object> ordered(Object... entries) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < entries.length; i += 2) {
      map.put((String) entries[i], entries[i + 1]);
    }
    return map;
  }
}
