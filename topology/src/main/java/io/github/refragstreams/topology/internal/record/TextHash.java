package io.github.refragstreams.topology.internal.record;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 of the text that the models read: equal texts are encoded once for the whole cluster. */
public final class TextHash {
  private TextHash() {}

  /** The hash, 32 bytes. */
  public static byte[] of(String readText) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(readText.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
