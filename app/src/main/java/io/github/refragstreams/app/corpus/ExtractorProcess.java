package io.github.refragstreams.app.corpus;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;

/** The process of {@link Extractor}: reads documents until its parent has no more. */
final class ExtractorProcess {
  private ExtractorProcess() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) throws IOException {
    DataInputStream in = new DataInputStream(new BufferedInputStream(System.in));
    DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
    // What libraries print is no answer.
    System.setOut(System.err);
    for (Wire.Request next = Wire.Request.read(in); next != null; next = Wire.Request.read(in)) {
      try {
        Wire.writeText(out, TikaText.read(next.kind(), next.content(), next.mostChars()));
      } catch (UnreadableException e) {
        Wire.writeRefusal(out, String.valueOf(e.getMessage()));
      }
    }
  }
}
