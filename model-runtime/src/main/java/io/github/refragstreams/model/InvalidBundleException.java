package io.github.refragstreams.model;

import java.nio.file.Path;

/** A bundle cannot be used; the message names the folder, the file and what is wrong with it. */
public final class InvalidBundleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidBundleException(Path bundle, String problem) {
    super("bundle " + bundle + ": " + problem);
  }

  public InvalidBundleException(Path bundle, String problem, Throwable cause) {
    super("bundle " + bundle + ": " + problem, cause);
  }
}
