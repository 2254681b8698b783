package io.github.refragstreams.it;

import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.function.Consumer;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.output.OutputFrame;

/** What Testcontainers leaves to the engine: crashes, restarts, folders that cannot be written. */
final class Containers {
  /** Longer than for threads of this process: a container loads the bundle anew. */
  static final Duration PATIENCE = Duration.ofMinutes(3);

  private Containers() {}

  /** Sends a signal to the process of a container and waits until it has ended. */
  static void end(GenericContainer<?> container, String signal) {
    DockerClient docker = DockerClientFactory.lazyClient();
    docker.killContainerCmd(container.getContainerId()).withSignal(signal).exec();
    await().atMost(PATIENCE).until(() -> !isRunning(container));
  }

  /** Starts a container that has ended, with the files that it had. */
  static void startAgain(GenericContainer<?> container) {
    DockerClientFactory.lazyClient().startContainerCmd(container.getContainerId()).exec();
  }

  static boolean isRunning(GenericContainer<?> container) {
    return Boolean.TRUE.equals(state(container).getRunning());
  }

  static ContainerState state(GenericContainer<?> container) {
    return DockerClientFactory.lazyClient()
        .inspectContainerCmd(container.getContainerId())
        .exec()
        .getState();
  }

  /** A folder of this machine, which a container can read. */
  static Bind readOnly(Path folder, String inside) {
    return new Bind(folder.toString(), new Volume(inside), AccessMode.ro);
  }

  /** Keeps what a container says, for whoever looks for the reason of a failure. */
  static Consumer<OutputFrame> log(String name) {
    Path file =
        ContainerImages.ROOT.resolve("integration-tests/target/containers/" + name + ".log");
    return frame -> {
      byte[] said = frame.getBytes();
      if (said == null) {
        return;
      }
      try {
        Files.createDirectories(file.getParent());
        Files.write(file, said, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }
}
