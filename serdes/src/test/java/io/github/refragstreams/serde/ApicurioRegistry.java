package io.github.refragstreams.serde;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Runs a real registry in a process of its own, one for all test classes that are extended with
 * this and take an {@link Urls} parameter. It needs a JDK 21 or newer; where there is none, those
 * classes are skipped and the reason is printed.
 */
final class ApicurioRegistry implements ExecutionCondition, ParameterResolver {
  /**
   * Where the registry is.
   *
   * @param ccompat Confluent's REST API
   * @param core Apicurio's own
   */
  record Urls(String ccompat, String core) {}

  private static final int OLDEST_JDK = 21;
  private static final Namespace NAMESPACE = Namespace.create(ApicurioRegistry.class);

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (Jdks.atLeast(OLDEST_JDK).isPresent()) {
      return ConditionEvaluationResult.enabled("there is a JDK for the registry");
    }
    String reason =
        context.getDisplayName()
            + " is skipped: its registry needs a JDK "
            + OLDEST_JDK
            + " or newer; there is none at JAVA_HOME, in /usr/lib/jvm or under these tests.";
    System.out.println(reason);
    return ConditionEvaluationResult.disabled(reason);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Urls.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return running(context).urls();
  }

  private static Running running(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent("registry", key -> Running.start(), Running.class);
  }

  /** The process, which ends with the test run, even one that is broken off. */
  private record Running(Process process, Thread hook, int port) implements AutoCloseable {
    private static final Duration LONGEST_START = Duration.ofMinutes(3);

    static Running start() {
      Path java = Jdks.atLeast(OLDEST_JDK).orElseThrow();
      Path home = Path.of(System.getProperty("apicurio.registry"));
      Path log = home.resolveSibling("apicurio-registry.log");
      int port = freePort();
      int managementPort = freePort();
      try {
        ProcessBuilder builder =
            new ProcessBuilder(
                java.toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-Dquarkus.management.host=127.0.0.1",
                "-Dquarkus.management.port=" + managementPort,
                "-jar",
                "quarkus-run.jar");
        // Options meant for this JVM may be unknown to that one.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        Process process =
            builder
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Thread hook = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(hook);
        Running running = new Running(process, hook, port);
        try {
          running.awaitReady(
              URI.create("http://127.0.0.1:" + managementPort + "/health/ready"), log);
        } catch (IOException | RuntimeException e) {
          running.close();
          throw e;
        }
        return running;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static int freePort() {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void awaitReady(URI health, Path log) throws IOException {
      HttpRequest request = HttpRequest.newBuilder(health).timeout(Duration.ofSeconds(5)).build();
      HttpClient http = HttpClient.newHttpClient();
      await()
          .atMost(LONGEST_START)
          .pollInterval(Duration.ofMillis(200))
          .ignoreExceptionsInstanceOf(IOException.class)
          .until(
              () ->
                  !process.isAlive()
                      || http.send(request, BodyHandlers.discarding()).statusCode() == 200);
      if (!process.isAlive()) {
        throw new IllegalStateException(
            "the registry ended with code " + process.exitValue() + ":\n" + Files.readString(log));
      }
    }

    Urls urls() {
      String root = "http://127.0.0.1:" + port;
      return new Urls(root + "/apis/ccompat/v7", root + "/apis/registry/v3");
    }

    @Override
    public void close() {
      process.destroy();
      process.onExit().join();
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }

  /** Settings of a client for this registry. */
  static Map<String, Object> settings(Urls urls) {
    return Map.of(EventSerdeConfig.URL, urls.ccompat());
  }
}
