package io.github.refragstreams.app.text;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 of what fits into memory. */
public final class Sha256 {
  private Sha256() {}

  /** 32 bytes. */
  public static byte[] of(byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
