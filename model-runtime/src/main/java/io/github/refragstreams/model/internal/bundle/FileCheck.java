package io.github.refragstreams.model.internal.bundle;

import io.github.refragstreams.model.InvalidBundleException;
import io.github.refragstreams.model.internal.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compares a bundle's files with its manifest. */
public final class FileCheck {
  private FileCheck() {}

  /**
   * @throws InvalidBundleException when a file is missing, has another size or another content
   */
  public static void check(Path bundle, Manifest manifest) {
    manifest.files().forEach((name, entry) -> check(bundle, name, entry));
  }

  private static void check(Path bundle, String name, Manifest.FileEntry entry) {
    Path file = bundle.resolve(name).normalize();
    if (!bundle.normalize().equals(file.getParent())) {
      throw new InvalidBundleException(bundle, "the manifest names a file outside: " + name);
    }
    if (!Files.isRegularFile(file)) {
      throw new InvalidBundleException(bundle, name + " is missing");
    }
    try {
      long bytes = Files.size(file);
      if (bytes != entry.bytes()) {
        throw new InvalidBundleException(
            bundle,
            name
                + (bytes < entry.bytes() ? " is truncated: " : " is too long: ")
                + bytes
                + " bytes; the manifest says "
                + entry.bytes());
      }
      if (!Sha256.of(file).equalsIgnoreCase(entry.sha256())) {
        throw new InvalidBundleException(
            bundle, name + " is altered: its SHA-256 is not the manifest's");
      }
    } catch (IOException e) {
      throw new InvalidBundleException(bundle, name + " cannot be read", e);
    }
  }
}
