package io.github.refragstreams.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.app.data.BadInputException;
import io.github.refragstreams.app.embedded.PortInUseException;
import io.github.refragstreams.model.InvalidBundleException;
import io.github.refragstreams.model.ModelException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.BindException;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class ErrorsTest {
  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(
            new InvalidConfigException("model.threads is 0"), 2, "refrag: model.threads is 0"),
        Arguments.of(
            new BadInputException("q.jsonl: no such file"), 2, "refrag: q.jsonl: no such file"),
        Arguments.of(
            new InvalidBundleException(Path.of("b"), "upper.bin is missing"),
            2,
            "refrag: bundle b: upper.bin is missing"),
        Arguments.of(
            new PortInUseException("127.0.0.1", 9092, new BindException("Address in use")),
            2,
            "refrag: port 9092 on 127.0.0.1 cannot be bound (Address in use); choose another port,"
                + " or 0 for a free one"),
        Arguments.of(
            new KafkaException("Failed", new ConfigException("No resolvable bootstrap urls")),
            2,
            "refrag: No resolvable bootstrap urls"),
        Arguments.of(
            new KafkaException(
                "Failed to create new KafkaAdminClient",
                new KafkaException(
                    "Failed to load SSL keystore /ca.p12 of type PKCS12",
                    new IOException("keystore password was incorrect"))),
            2,
            "refrag: Failed to load SSL keystore /ca.p12 of type PKCS12: IOException: keystore"
                + " password was incorrect"),
        Arguments.of(
            new KafkaException(
                "Failed to construct kafka consumer",
                new KafkaException(new IllegalArgumentException("no login module"))),
            2,
            "refrag: IllegalArgumentException: no login module"),
        Arguments.of(
            new KafkaException("Failed", new InvalidConfigurationException("no such key")),
            2,
            "refrag: no such key"),
        Arguments.of(
            new KafkaException("sending failed", new TimeoutException("no node")),
            3,
            "refrag: TimeoutException: no node"),
        Arguments.of(new TimeoutException("no node"), 3, "refrag: TimeoutException: no node"),
        Arguments.of(
            new ModelException(ModelException.Kind.MODEL, "out of memory"),
            1,
            "refrag: out of memory"),
        Arguments.of(
            new IllegalStateException("two\n  lines"),
            1,
            "refrag: IllegalStateException: two lines"),
        Arguments.of(new NullPointerException(), 1, "refrag: NullPointerException"));
  }

  @Test
  void saysNothingOfWhatFailsBecauseTheProcessWasToldToEnd() {
    // Given
    StringWriter err = new StringWriter();
    CommandLine command =
        new CommandLine(new Failing(new CancellationException()))
            .setErr(new PrintWriter(err, true))
            .setExecutionExceptionHandler(new Errors(new RefragCommand(), () -> true));
    // When
    int status = command.execute();
    // Then
    assertThat(status).isEqualTo(ExitCodes.FAILURE);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void saysWhatIsWrongWithSettingsThatAClientOfKafkasRefuses() {
    // Given
    StringWriter err = new StringWriter();
    CommandLine command = Main.commandLine().setErr(new PrintWriter(err, true));
    // When
    int status =
        command.execute(
            "dead-letters",
            "list",
            "--set=kafka.bootstrap.servers=127.0.0.1:1",
            "--set=kafka.security.protocol=SSL",
            "--set=kafka.ssl.truststore.location=/no/such.p12");
    // Then
    assertThat(status).as(err.toString()).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString()).contains("/no/such.p12");
  }

  @ParameterizedTest
  @MethodSource("failures")
  void saysInOneLineWhatFailedAndHow(RuntimeException failure, int status, String line) {
    // Given
    StringWriter err = new StringWriter();
    Errors errors = new Errors(new RefragCommand());
    CommandLine command =
        new CommandLine(new Failing(failure))
            .setErr(new PrintWriter(err, true))
            .setExecutionExceptionHandler(errors)
            .setExitCodeExceptionMapper(errors);
    // When
    int actual = command.execute();
    // Then
    assertThat(actual).isEqualTo(status);
    assertThat(err.toString().strip()).isEqualTo(line);
  }

  @Command(name = "failing")
  private record Failing(RuntimeException failure) implements Runnable {
    @Override
    public void run() {
      throw failure;
    }
  }
}
