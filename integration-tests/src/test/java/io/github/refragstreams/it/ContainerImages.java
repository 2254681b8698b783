package io.github.refragstreams.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The images that containers are made of, built from what was packaged and from Debian's packages:
 * nothing is pulled. Tests are left out, with the reason, where that cannot be done.
 */
final class ContainerImages implements ExecutionCondition {
  /** This project's image. */
  static final String REFRAG = "refrag:integration-tests";

  /** A JDK and a shell; the script that builds the other one leaves it behind. */
  static final String JDK = "refrag-local-jdk";

  static final Path ROOT = Path.of(System.getProperty("refrag.root"));

  private static boolean built;

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    Optional<String> obstacle = obstacle();
    obstacle.ifPresent(
        reason -> System.out.println(context.getDisplayName() + " is left out: " + reason));
    return obstacle
        .map(ConditionEvaluationResult::disabled)
        .orElseGet(() -> ConditionEvaluationResult.enabled("images can be built"));
  }

  /** Why this machine cannot build them. */
  private static Optional<String> obstacle() {
    return script("--check").map(said -> said.strip().replace("build-image: ", ""));
  }

  /** Builds them, once. */
  static synchronized void build() {
    if (!built) {
      script("--packaged", "--tag", REFRAG)
          .ifPresent(
              said -> {
                throw new IllegalStateException("the image was not built:\n" + said);
              });
      built = true;
    }
  }

  /** What the script has said, where it failed. */
  private static Optional<String> script(String... options) {
    Path log = ROOT.resolve("integration-tests/target/image.log");
    ProcessBuilder script =
        new ProcessBuilder(ROOT.resolve("deploy/build-image.sh").toString(), "--local-base");
    script.command().addAll(List.of(options));
    try {
      Files.createDirectories(log.getParent());
      int status = script.redirectErrorStream(true).redirectOutput(log.toFile()).start().waitFor();
      return status == 0 ? Optional.empty() : Optional.of(Files.readString(log));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
