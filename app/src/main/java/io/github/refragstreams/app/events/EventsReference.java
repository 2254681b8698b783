package io.github.refragstreams.app.events;

import io.github.refragstreams.app.acls.Role;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.schemas.EncodedPassage;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.avro.Schema;

/** The reference page of the events, made from schemas, topics, rights and headers. */
public final class EventsReference {
  private static final String INTRODUCTION =
      """
      # Events

      Generated from the code by `refrag events-reference`; a test compares it. The same as an AsyncAPI 3 document:
      [asyncapi.yaml](asyncapi.yaml), by `refrag events-reference --asyncapi`. How to use them:
      [connect your pipeline](../connect-your-pipeline.md).

      Names of topics are the defaults (`topics.*`); `topics.prefix` stands before all of them. Keys are text in UTF-8.
      Values are Avro in Confluent's wire format: a zero byte, the id of the writer's schema in the registry as four bytes
      (big-endian), the Avro body. Schemas are registered under the subject `TOPIC-value`, unless
      `kafka.value.subject.name.strategy` says otherwise, by whoever writes first (`kafka.auto.register.schemas`). They stay
      compatible in both directions with all released ones (FULL_TRANSITIVE): new fields have defaults, fields are not
      removed. The files are in [schemas/src/main/avro](../../schemas/src/main/avro).

      A field without default must be written. Bounds that name a setting (`limits.*`) are explained in the
      [configuration](config.md#limits); what is beyond them goes to the [dead letters](dead-letters.md). Headers of a record
      may have `limits.header-bytes` together. Retention is the cluster's (`log.retention.hours` and so on): topics are made
      with the settings below and no others. Read outputs with `isolation.level=read_committed`.

      Roles are those of `refrag acls` ([rights](../security.md#rights)): who needs to write or read a topic for its work.
      """;

  private static final String INTERNAL =
      """

      ## Internal topics

      Kafka Streams makes them for the application and deletes what has been read of the repartition topics. They are the
      application's alone; `refrag acls` grants them to nobody else, and `refrag reset` deletes them. Records carry the origin
      of a client's record, byte for byte, in headers that begin with `refrag.internal.`; those of clients that begin so are
      dropped. How often work was attempted, and when it is tried again, is kept in the stores, not in headers.

      | topic | record | cleanup policy |
      |---|---|---|
      """;

  private EventsReference() {}

  /** Markdown with a section per topic. */
  public static String markdown() {
    StringBuilder page = new StringBuilder(INTRODUCTION);
    EventTopics.defaults().forEach(topic -> add(topic, page));
    page.append(INTERNAL);
    for (InternalTopic topic : InternalTopic.of(AppConfig.load(null, Map.of(), Map.of()))) {
      row(page, "`" + topic.name() + "`", topic.content(), topic.cleanup());
    }
    Schema encoded = EncodedPassage.getClassSchema();
    add(encoded, encoded.getDoc(), page);
    return page.toString();
  }

  private static void add(EventTopic topic, StringBuilder page) {
    page.append("\n## ").append(topic.spec().name()).append("\n\n");
    page.append(topic.summary()).append("\n\n| | |\n|---|---|\n");
    row(page, "name", "`topics." + topic.spec().role() + "`");
    row(page, "key", topic.key());
    row(page, "partition", topic.placing());
    row(page, "partitions", partitions(topic));
    row(page, "settings", settings(topic));
    row(page, "written by", roles(topic.writers()));
    row(page, "read by", roles(topic.readers()));
    page.append("\n| header | meaning |\n|---|---|\n");
    topic.headers().forEach(header -> row(page, "`" + header.name() + "`", header.meaning()));
    topic.value().ifPresent(schema -> add(topic, schema, page));
  }

  private static void add(EventTopic topic, Schema value, StringBuilder page) {
    for (Schema schema : EventSchemas.named(value)) {
      add(
          schema,
          schema.equals(value) ? "Value of `" + topic.spec().name() + "`." : schema.getDoc(),
          page);
    }
  }

  private static void add(Schema schema, String meaning, StringBuilder page) {
    page.append("\n### ").append(schema.getName()).append("\n\n").append(meaning).append('\n');
    if (schema.getType() == Schema.Type.RECORD) {
      page.append("\n| field | type | default | meaning |\n|---|---|---|---|\n");
      for (Schema.Field field : schema.getFields()) {
        row(
            page,
            "`" + field.name() + "`",
            EventSchemas.type(field.schema()),
            EventSchemas.defaultOf(field).map(value -> "`" + value + "`").orElse("–"),
            field.doc());
      }
    }
  }

  private static String partitions(EventTopic topic) {
    return topic.spec().exactPartitions()
        ? "exactly `topics.partitions`, " + topic.spec().partitions() + " by default"
        : "any number; made with " + topic.spec().partitions();
  }

  private static String settings(EventTopic topic) {
    return new TreeMap<>(topic.spec().config())
        .entrySet().stream()
            .map(setting -> "`" + setting.getKey() + "=" + setting.getValue() + "`")
            .collect(Collectors.joining(" "));
  }

  private static String roles(List<Role> roles) {
    return roles.stream()
        .map(role -> "`" + role.name().toLowerCase(Locale.ROOT) + "`")
        .collect(Collectors.joining(" "));
  }

  private static void row(StringBuilder page, String... cells) {
    page.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }
}
