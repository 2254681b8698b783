package io.github.refragstreams.app.config;

import java.util.Collection;

/** The reference page of the configuration, made from the keys. */
public final class ConfigReference {
  private static final String INTRODUCTION =
      """
      # Configuration

      Generated from the code by `refrag config-reference`; a test compares it.

      One YAML file, given with `--config`. Environment variables override it, `--set key=value` overrides
      both. Keys may be nested or dotted: `model.threads: 2` and `model: {threads: 2}` are the same. Times and
      sizes need their unit. An unknown key is an error.

      Everything below `kafka.` is handed to Kafka's clients and to Kafka Streams as it is, for instance
      `kafka.bootstrap.servers`; so is what the schema registry's client reads, such as
      `kafka.schema.registry.url`. In environment variables `REFRAG_KAFKA_` stands for `kafka.`, and each
      further `_` for a dot.

      Secrets may stand elsewhere: `${file:/run/secrets/kafka}` is what the file holds, without the line end
      after it, and `${env:KAFKA_PASSWORD}` is a variable of the environment; both may be part of a value. Where
      `kafka.config.providers` is set, values below `kafka.` are left to Kafka's own providers. `refrag config`
      shows what is in force and where each value comes from, without the secrets.
      """;

  private ConfigReference() {}

  /** Markdown with one row per key. */
  public static String markdown(Collection<Key<?>> keys) {
    StringBuilder page = new StringBuilder(INTRODUCTION);
    String section = "";
    for (Key<?> key : keys) {
      String prefix = key.name().substring(0, key.name().indexOf('.'));
      if (!prefix.equals(section)) {
        section = prefix;
        page.append("\n## ").append(prefix).append("\n\n");
        page.append("| key | default | value | meaning |\n|---|---|---|---|\n");
      }
      page.append(row(key));
    }
    return page.toString();
  }

  private static <T> String row(Key<T> key) {
    return "| `"
        + key.name()
        + "`<br>`"
        + key.variable()
        + "` | `"
        + key.type().write(key.defaultValue())
        + "` | "
        + key.type().expected()
        + " | "
        + key.meaning()
        + " |\n";
  }
}
