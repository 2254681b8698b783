package io.github.refragstreams.it;

import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import io.github.refragstreams.app.embedded.EmbeddedKafka;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.StartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * This project's image, with the default bundle, as it is meant to be run: nothing can be written
 * but the volume of the state and a temporary folder that holds no programs, there are no
 * capabilities, and memory is limited.
 */
final class RefragContainer implements AutoCloseable {
  private static final long MEMORY = 2L << 30;

  private final GenericContainer<?> container = new GenericContainer<>(ContainerImages.REFRAG);
  private final HttpClient client = HttpClient.newHttpClient();
  private final int managementPort = EmbeddedKafka.Ports.free().broker();

  /**
   * @param name of its log
   * @param settings more of them, by variable
   */
  RefragContainer(String name, World world, Map<String, String> settings) {
    Map<String, String> environment = new HashMap<>(world.environment());
    environment.put("REFRAG_MANAGEMENT_HOST", "127.0.0.1");
    environment.put("REFRAG_MANAGEMENT_PORT", String.valueOf(managementPort));
    environment.putAll(settings);
    container
        .withImagePullPolicy(image -> false)
        .withNetworkMode("host")
        .withEnv(environment)
        .withTmpFs(Map.of("/tmp", "rw,noexec,nosuid,size=64m"))
        .withCreateContainerCmdModifier(command -> restrict(command.getHostConfig()))
        .withLogConsumer(Containers.log(name));
  }

  private static void restrict(HostConfig host) {
    host.withReadonlyRootfs(true)
        .withCapDrop(Capability.ALL)
        .withSecurityOpts(List.of("no-new-privileges:true"))
        .withMemory(MEMORY)
        .withMemorySwap(MEMORY);
  }

  /** Starts, and waits until it answers. */
  RefragContainer start() {
    container
        .waitingFor(Wait.forLogMessage(".*answering with smollm2.*\\n", 1))
        .withStartupTimeout(Containers.PATIENCE)
        .start();
    return this;
  }

  /** Starts, and waits until it has ended; what it said. */
  String startInVain() {
    container.withStartupCheckStrategy(new Ended()).start();
    return container.getLogs();
  }

  /** Whatever the exit code. */
  private static final class Ended extends StartupCheckStrategy {
    Ended() {
      withTimeout(Containers.PATIENCE);
    }

    @Override
    public StartupStatus checkStartupState(DockerClient docker, String id) {
      boolean runs = Boolean.TRUE.equals(getCurrentState(docker, id).getRunning());
      return runs ? StartupStatus.NOT_YET_KNOWN : StartupStatus.SUCCESSFUL;
    }
  }

  /** Ends it with SIGKILL. */
  void kill() {
    Containers.end(container, "KILL");
  }

  /** Starts it again with its state, and waits until it answers. */
  void startAgain() {
    Containers.startAgain(container);
    await().atMost(Containers.PATIENCE).ignoreExceptions().until(this::isReady);
  }

  private boolean isReady() throws IOException, InterruptedException {
    URI address = URI.create("http://127.0.0.1:" + managementPort + "/health/ready");
    HttpRequest request = HttpRequest.newBuilder(address).build();
    return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
  }

  /** Asks as the image's health check does. */
  ExecResult health(String state) throws IOException, InterruptedException {
    return container.execInContainer(
        "java", "-Xmx32m", "-XX:TieredStopAtLevel=1", "@/opt/refrag/refrag.args", "health", state);
  }

  /** Ends it with SIGTERM. */
  void terminate() {
    Containers.end(container, "TERM");
  }

  /** With which it has ended. */
  @Nullable Long exitCode() {
    return Containers.state(container).getExitCodeLong();
  }

  boolean isRunning() {
    return Containers.isRunning(container);
  }

  @Override
  public void close() {
    container.stop();
  }
}
