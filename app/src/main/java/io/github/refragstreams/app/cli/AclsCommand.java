package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.acls.AclFormat;
import io.github.refragstreams.app.acls.Grant;
import io.github.refragstreams.app.acls.Grants;
import io.github.refragstreams.app.acls.KafkaAcls;
import io.github.refragstreams.app.acls.KafkaUser;
import io.github.refragstreams.app.acls.Principal;
import io.github.refragstreams.app.acls.Role;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.app.service.Topologies;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code refrag acls}. */
@Command(
    name = "acls",
    description =
        "Prints the least rights on the cluster that a role needs, computed from the topology;"
            + " contacts nobody. Roles: application (refrag run), client (ask, chat, api),"
            + " console, retriever (reads questions, sends passages), operator (dead-letters), scaler"
            + " (an autoscaler that reads the lag of the questions), admin (topics --create,"
            + " reset).",
    footerHeading = Examples.HEADING,
    footer = {
      "  refrag acls --role client --principal User:shop",
      "  refrag acls --format strimzi --cluster my-kafka"
    })
final class AclsCommand implements Callable<Integer> {
  private static final String BOOTSTRAP = "bootstrap.servers";

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions config;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      defaultValue = "application",
      description = "${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}.")
  private Role role;

  @Option(
      names = "--principal",
      paramLabel = "TYPE:NAME",
      description =
          "Who gets the rights; default: User: with the application's id, for other roles than"
              + " application with the role behind.")
  private @Nullable String principal;

  @Option(
      names = "--group",
      paramLabel = "NAME",
      description =
          "Consumer group of a retriever; default: the application's id with -retriever behind.")
  private @Nullable String group;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "kafka-acls",
      converter = AclFormatConverter.class,
      description =
          "kafka-acls (commands for kafka-acls.sh), strimzi (a KafkaUser) or json; default:"
              + " ${DEFAULT-VALUE}.")
  private AclFormat format;

  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      defaultValue = "kafka",
      description = "Strimzi's name of the cluster; default: ${DEFAULT-VALUE}.")
  private String cluster;

  @Option(names = "--json", description = "Short for --format json.")
  private boolean json;

  @Override
  public Integer call() {
    AppConfig settings = config.load();
    List<Grant> grants =
        Grants.of(settings, Topologies.describe(settings))
            .of(role, group == null ? Grants.retrieverGroup(settings) : group);
    try {
      print(settings, grants, Principal.parse(principal == null ? named(settings) : principal));
    } catch (IllegalArgumentException e) {
      throw new InvalidConfigException(String.valueOf(e.getMessage()));
    }
    return ExitCodes.OK;
  }

  private void print(AppConfig settings, List<Grant> grants, Principal who) {
    PrintWriter out = spec.commandLine().getOut();
    switch (json ? AclFormat.JSON : format) {
      case KAFKA_ACLS ->
          KafkaAcls.commands(
                  grants,
                  who.toString(),
                  settings.kafka().getOrDefault(BOOTSTRAP, "localhost:9092"))
              .forEach(out::println);
      case STRIMZI -> out.print(KafkaUser.yaml(grants, who, cluster));
      case JSON -> out.println(Json.line(values(grants, who)));
    }
    out.flush();
  }

  private String named(AppConfig settings) {
    String name = settings.applicationId();
    return "User:" + (role == Role.APPLICATION ? name : name + "-" + label(role));
  }

  private Map<String, Object> values(List<Grant> grants, Principal who) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("role", label(role));
    values.put("principal", who.toString());
    values.put("grants", grants.stream().map(AclsCommand::values).toList());
    return values;
  }

  private static Map<String, Object> values(Grant grant) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("resource_type", label(grant.resource().resourceType()));
    values.put("pattern_type", label(grant.resource().patternType()));
    values.put("name", grant.resource().name());
    values.put("operations", grant.operations().stream().map(AclsCommand::label).toList());
    return values;
  }

  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
