package io.github.refragstreams.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import picocli.CommandLine;

class AclsCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void printsCommandsForAShell() {
    // When
    int status =
        run("--set", "kafka.bootstrap.servers=one:1,two:2", "--set", "streams.application-id=mine");
    // Then
    assertThat(status).isEqualTo(ExitCodes.OK);
    assertThat(out.toString().lines())
        .hasSize(17)
        .contains(
            "kafka-acls.sh --bootstrap-server one:1,two:2 --add --allow-principal User:mine"
                + " --operation Read --topic rag.queries",
            "kafka-acls.sh --bootstrap-server one:1,two:2 --add --allow-principal User:mine"
                + " --operation Read --operation Write --operation Create"
                + " --topic mine-requests-changelog",
            "kafka-acls.sh --bootstrap-server one:1,two:2 --add --allow-principal User:mine"
                + " --operation Read --group mine",
            "kafka-acls.sh --bootstrap-server one:1,two:2 --add --allow-principal User:mine"
                + " --operation Write --transactional-id mine- --resource-pattern-type prefixed");
  }

  @Test
  void printsWhatAScalerNeedsForAnApplicationOfAnyName() {
    // When
    int status =
        run(
            "--role",
            "scaler",
            "--set",
            "streams.application-id=mine",
            "--set",
            "topics.prefix=a.");
    // Then
    assertThat(status).isEqualTo(ExitCodes.OK);
    assertThat(out.toString())
        .isEqualTo(
            """
            kafka-acls.sh --bootstrap-server localhost:9092 --add --allow-principal \
            User:a.mine-scaler --operation Describe --topic a.rag.queries
            kafka-acls.sh --bootstrap-server localhost:9092 --add --allow-principal \
            User:a.mine-scaler --operation Describe --group a.mine
            """);
  }

  @Test
  void quotesWhatAShellWouldReadInAnotherWay() {
    // When
    run("--role", "retriever", "--principal", "User:CN=it's me", "--group", "mine");
    // Then
    assertThat(out.toString())
        .contains("--allow-principal 'User:CN=it'\\''s me' --operation Read --group mine\n");
  }

  @Test
  void printsAUserForStrimzi() {
    // When
    int status = run("--role", "client", "--format", "strimzi", "--cluster", "east");
    // Then
    assertThat(status).isEqualTo(ExitCodes.OK);
    Object user = new Load(LoadSettings.builder().build()).loadFromString(out.toString());
    JsonNode json = new ObjectMapper().valueToTree(user);
    assertThat(json.at("/kind").textValue()).isEqualTo("KafkaUser");
    assertThat(json.at("/metadata/name").textValue()).isEqualTo("refrag-client");
    assertThat(json.at("/metadata/labels/strimzi.io~1cluster").textValue()).isEqualTo("east");
    assertThat(json.at("/spec/authorization/acls")).hasSize(6);
    assertThat(json.at("/spec/authorization/acls/0"))
        .isEqualTo(
            new ObjectMapper()
                .valueToTree(
                    Map.of(
                        "resource",
                        Map.of("type", "topic", "name", "rag.queries", "patternType", "literal"),
                        "operations",
                        new String[] {"Read", "Write"})));
  }

  @Test
  void writesTransactionalIdsAsStrimziDoes() {
    // When
    run("--format", "strimzi");
    // Then
    assertThat(out.toString()).contains("type: transactionalId", "patternType: prefix\n");
  }

  @Test
  void printsForMachines() throws IOException {
    // When
    run("--role", "operator", "--json");
    // Then
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.at("/principal").textValue()).isEqualTo("User:refrag-operator");
    assertThat(json.at("/grants")).hasSize(4);
    assertThat(json.at("/grants/3/name").textValue()).isEqualTo("rag.dead-letters");
    assertThat(json.at("/grants/3/operations/0").textValue()).isEqualTo("read");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--principal refrag|refrag: --principal is 'refrag'; expected a type and a name, such as"
            + " User:refrag",
        "--format yaml|refrag: Invalid value for option '--format': 'yaml' is no format; choose"
            + " from kafka-acls, strimzi, json (see refrag acls --help)",
        "--format strimzi --principal User:Me|refrag: --principal: 'Me' is no name for Kubernetes;"
            + " expected small letters, digits, '-' and '.', with a letter or digit at both ends",
      })
  void saysWhatItCannotPrint(String arguments, String message) {
    // When
    int status = run(arguments.split(" "));
    // Then
    assertThat(status).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString().strip()).isEqualTo(message);
  }

  private int run(String... arguments) {
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    String[] all = new String[arguments.length + 1];
    all[0] = "acls";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return command.execute(all);
  }
}
