package io.github.refragstreams.app.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.app.config.ManagementConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.common.errors.InterruptException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code refrag health}: for those who look after processes and speak no HTTP, such as Docker. */
@Command(
    name = "health",
    description =
        "Asks the 'refrag run' or 'refrag api' of this machine or container how it is: exit code 0"
            + " when it is up, 1 when it is down or does not answer.",
    footerHeading = Examples.HEADING,
    footer = "  refrag health live")
final class HealthCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions config;

  @Parameters(
      arity = "0..1",
      paramLabel = "STATE",
      defaultValue = "ready",
      description =
          "startup (it has begun), live (it makes progress) or ready (it answers); default: ready.")
  private State state;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  /** What can be asked for. */
  enum State {
    STARTUP,
    LIVE,
    READY
  }

  @Override
  public Integer call() {
    ManagementConfig management = config.load().management();
    if (!management.enabled() || management.port() == 0) {
      throw new InvalidConfigException(
          "health is asked at management.port: it must not be 0, nor management.enabled false");
    }
    JsonNode report = ask(address(management));
    print(report);
    return report.path("status").asText().equals("UP") ? ExitCodes.OK : ExitCodes.FAILURE;
  }

  private URI address(ManagementConfig management) {
    String path = "/health/" + state.name().toLowerCase(Locale.ROOT);
    return URI.create("http://" + reachable(management.host()) + ":" + management.port() + path);
  }

  /** What listens on every address listens on loopback as well. */
  private static String reachable(String host) {
    InetAddress address;
    try {
      address = InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new InvalidConfigException(
          "management.host is '" + host + "'; expected an address of this machine");
    }
    String name =
        (address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address).getHostAddress();
    return name.contains(":") ? "[" + name + "]" : name;
  }

  private static JsonNode ask(URI address) {
    HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    HttpRequest request = HttpRequest.newBuilder(address).timeout(PATIENCE).build();
    try {
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      return JSON.readTree(response.body());
    } catch (JsonProcessingException e) {
      return down("something else answers at " + address);
    } catch (IOException e) {
      return down("nothing answers at " + address);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static JsonNode down(String why) {
    return JSON.valueToTree(Map.of("status", "DOWN", "checks", Map.of("management", why)));
  }

  private void print(JsonNode report) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.line(report));
    } else {
      out.println(report.path("status").asText());
      report
          .path("checks")
          .properties()
          .forEach(check -> out.println("  " + check.getKey() + ": " + check.getValue().asText()));
    }
    out.flush();
  }
}
