package io.github.refragstreams.serde;

import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.kafka.common.config.ConfigException;

/** Under which subject the schema of a record is registered. */
public enum SubjectNaming {
  /** {@code <topic>-value} or {@code <topic>-key}: one kind of record per topic. */
  TOPIC_NAME,
  /** The full name of the schema, whatever the topic. */
  RECORD_NAME,
  /** {@code <topic>-<full name of the schema>}. */
  TOPIC_RECORD_NAME;

  /** The subject for a record of this schema. */
  public String subject(String topic, boolean key, Schema schema) {
    return switch (this) {
      case TOPIC_NAME -> topic + (key ? "-key" : "-value");
      case RECORD_NAME -> schema.getFullName();
      case TOPIC_RECORD_NAME -> topic + "-" + schema.getFullName();
    };
  }

  /**
   * Reads a configured value: the name of a constant here, or the class name of one of Confluent's
   * strategies ({@code …TopicNameStrategy} and so on).
   */
  static SubjectNaming parse(String key, String value) {
    String name = value.substring(value.lastIndexOf('.') + 1);
    for (SubjectNaming naming : values()) {
      String strategy = naming.name().replace("_", "") + "STRATEGY";
      if (name.equalsIgnoreCase(naming.name()) || name.toUpperCase(Locale.ROOT).equals(strategy)) {
        return naming;
      }
    }
    throw new ConfigException(
        key, value, "expected TopicNameStrategy, RecordNameStrategy or TopicRecordNameStrategy");
  }
}
