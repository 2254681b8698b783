package io.github.refragstreams.app.corpus;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@link Extractor} and its process say to each other. */
final class Wire {
  private static final int END = -1;

  private Wire() {}

  /**
   * @param mostChars most characters of text
   */
  record Request(FileKind kind, int mostChars, byte[] content) {
    void write(DataOutputStream out) throws IOException {
      out.writeByte(kind.ordinal());
      out.writeInt(mostChars);
      out.writeInt(content.length);
      out.write(content);
      out.flush();
    }

    /** Null when there is none any more. */
    static @Nullable Request read(DataInputStream in) throws IOException {
      int kind = in.read();
      if (kind == END) {
        return null;
      }
      int mostChars = in.readInt();
      byte[] content = new byte[in.readInt()];
      in.readFully(content);
      return new Request(FileKind.values()[kind], mostChars, content);
    }
  }

  static void writeText(DataOutputStream out, DocumentText text) throws IOException {
    out.writeBoolean(true);
    String title = text.title();
    out.writeBoolean(title != null);
    writeString(out, title == null ? "" : title);
    out.writeInt(text.blocks().size());
    for (Block block : text.blocks()) {
      out.writeBoolean(block.heading());
      writeString(out, block.text());
    }
    out.flush();
  }

  static void writeRefusal(DataOutputStream out, String reason) throws IOException {
    out.writeBoolean(false);
    writeString(out, reason);
    out.flush();
  }

  static DocumentText readText(DataInputStream in) throws IOException, UnreadableException {
    if (!in.readBoolean()) {
      throw new UnreadableException(readString(in));
    }
    boolean titled = in.readBoolean();
    String title = readString(in);
    int count = in.readInt();
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      blocks.add(new Block(in.readBoolean(), readString(in)));
    }
    return new DocumentText(titled ? title : null, blocks);
  }

  private static void writeString(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String readString(DataInputStream in) throws IOException {
    int length = in.readInt();
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
