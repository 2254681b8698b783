package io.github.refragstreams.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.refragstreams.app.faults.FaultOptions;
import io.github.refragstreams.app.faults.FaultReport;
import io.github.refragstreams.app.faults.FaultRun;
import io.github.refragstreams.topology.GroupProtocol;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names of stores and topics, and forms of what is in them, outlive a build of the program. */
class PreviousCommitIT {
  private static final int QUERIES = 40;
  private static final String NO_COMMIT = "the repository does not have the previous commit";

  @TempDir private Path folder;

  @Test
  void goesOnWithWhatThePreviousCommitHasLeftBehind() throws Exception {
    // Given
    Path root = Path.of(System.getProperty("refrag.root"));
    Optional<String> before = PreviousCommit.classPath(root, folder.resolve("previous"));
    if (before.isEmpty()) {
      System.out.println("skipped: " + NO_COMMIT);
    }
    assumeTrue(before.isPresent(), NO_COMMIT);
    FaultOptions options =
        new FaultOptions(
            GroupProtocol.CLASSIC,
            QUERIES,
            Duration.ofSeconds(6),
            FaultOptions.SLOW,
            Path.of("none"),
            folder.resolve("run"));
    // When
    FaultReport report =
        FaultRun.upgrade(before.orElseThrow(), options, line -> System.out.println(line));
    // Then
    assertThat(report.violations()).isEmpty();
    assertThat(report.kills()).isEqualTo(2);
  }
}
