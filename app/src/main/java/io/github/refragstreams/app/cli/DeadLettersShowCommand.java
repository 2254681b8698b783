package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.client.EventFields;
import io.github.refragstreams.app.client.RefusedRecord;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.DeadLetterHeaders;
import io.github.refragstreams.topology.TopicNames;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code refrag dead-letters show}. */
@Command(name = "show", description = "Why a record was refused, and what can be done.")
final class DeadLettersShowCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions config;

  @Parameters(
      arity = "1..*",
      paramLabel = "ID",
      description = "As 'refrag dead-letters list' prints it.")
  private List<String> ids;

  @Option(
      names = "--payload",
      description = "Also what the record holds: the event's fields, else its bytes in base 64.")
  private boolean payload;

  @Option(names = "--json", description = "Print JSON, one record a line.")
  private boolean json;

  @Override
  public Integer call() {
    AppConfig settings = config.load();
    List<RefusedRecord> all = DeadLettersCommand.open(settings).read();
    PrintWriter out = spec.commandLine().getOut();
    for (RefusedRecord record : DeadLettersCommand.chosen(all, ids)) {
      Map<String, @Nullable Object> values = values(record);
      if (payload) {
        values.put("payload", payload(settings, record));
      }
      if (json) {
        out.println(Json.line(values));
      } else {
        values.forEach((name, value) -> out.println(name + ": " + value));
        out.println();
      }
    }
    out.flush();
    return ExitCodes.OK;
  }

  private static Map<String, @Nullable Object> values(RefusedRecord record) {
    Map<String, @Nullable Object> values = DeadLettersCommand.values(record);
    record
        .errorCode()
        .ifPresent(
            code -> {
              values.put("policy", code.errorClass().policy());
              values.put("advice", code.advice());
            });
    Map<String, String> headers = new LinkedHashMap<>();
    for (Header header : record.record().headers()) {
      if (header.value() != null && !header.key().equals(DeadLetterHeaders.STACKTRACE)) {
        headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
      }
    }
    values.put("headers", headers);
    byte[] value = record.record().value();
    values.put("value_bytes", value == null ? null : value.length);
    return values;
  }

  private static @Nullable Object payload(AppConfig settings, RefusedRecord record) {
    byte[] value = record.record().value();
    if (value == null) {
      return null;
    }
    TopicNames topics = settings.topology().topics();
    String topic = record.topic();
    try (EventSerdes serdes = new EventSerdes(settings.onCluster().kafka())) {
      SpecificRecord event =
          topic.equals(topics.queries())
              ? serdes.query().deserializer().deserialize(topic, value)
              : topic.equals(topics.passages())
                  ? serdes.passage().deserializer().deserialize(topic, value)
                  : serdes.document().deserializer().deserialize(topic, value);
      return EventFields.of(event);
    } catch (SerializationException e) {
      return Base64.getEncoder().encodeToString(value);
    }
  }
}
