package io.github.refragstreams.model.internal.bundle;

import io.github.refragstreams.model.InvalidBundleException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Compares a bundle's files with its manifest. */
public final class FileCheck {
  private static final int BUFFER = 1 << 16;

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
      if (!sha256(file).equalsIgnoreCase(entry.sha256())) {
        throw new InvalidBundleException(
            bundle, name + " is altered: its SHA-256 is not the manifest's");
      }
    } catch (IOException e) {
      throw new InvalidBundleException(bundle, name + " cannot be read", e);
    }
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
