package io.github.refragstreams.model;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A bundle, or the folder of another model, cannot be used; the message names the folder, the file
 * and what is wrong with it.
 */
public final class InvalidBundleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InvalidBundleException(String problem, @Nullable Throwable cause) {
    super(problem, cause);
  }

  public InvalidBundleException(Path bundle, String problem) {
    super("bundle " + bundle + ": " + problem);
  }

  public InvalidBundleException(Path bundle, String problem, Throwable cause) {
    super("bundle " + bundle + ": " + problem, cause);
  }
}
