package io.github.refragstreams.app.corpus;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** PDF files of one page, written by hand so that they can be as bad as a test needs. */
final class Pdf {
  private static final String HEADER = "%PDF-1.7\n";

  private final List<byte[]> objects = new ArrayList<>();
  private String catalog = "";
  private String trailer = "";

  private Pdf() {}

  /** A page with a line of text for each, wide apart. */
  static Pdf of(String... lines) {
    StringBuilder content = new StringBuilder("BT /F1 12 Tf 72 720 Td ");
    for (String line : lines) {
      content.append("(").append(line).append(") Tj 0 -60 Td ");
    }
    return page(stream("", content.append("ET").toString().getBytes(StandardCharsets.US_ASCII)));
  }

  /** A page whose content unpacks to a text of {@code bytes} characters. */
  static Pdf bomb(long bytes) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    byte[] block = "a".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
    try (DeflaterOutputStream out =
        new DeflaterOutputStream(packed, new Deflater(Deflater.BEST_COMPRESSION))) {
      out.write('(');
      for (long written = 0; written < bytes; written += block.length) {
        out.write(block);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return page(stream("/Filter /FlateDecode", packed.toByteArray()));
  }

  private static Pdf page(byte[] content) {
    Pdf pdf = new Pdf();
    pdf.object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    pdf.object(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
            + " /Resources << /Font << /F1 5 0 R >> >> >>");
    pdf.objects.add(content);
    pdf.object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
    return pdf;
  }

  Pdf titled(String title) {
    trailer = "/Info " + reference(object("<< /Title (" + title + ") >>"));
    return this;
  }

  /** With metadata in XML. */
  Pdf metadata(String xml) {
    objects.add(stream("/Type /Metadata /Subtype /XML", xml.getBytes(StandardCharsets.UTF_8)));
    catalog += "/Metadata " + reference(objects.size() + 1);
    return this;
  }

  /** With a file packed into it. */
  Pdf attached(String name, byte[] file) {
    objects.add(stream("/Type /EmbeddedFile", file));
    int content = objects.size() + 1;
    int entry =
        object("<< /Type /Filespec /F (%s) /EF << /F %s >> >>".formatted(name, reference(content)));
    catalog +=
        "/Names << /EmbeddedFiles << /Names [(%s) %s] >> >>".formatted(name, reference(entry));
    return this;
  }

  byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    List<Integer> offsets = new ArrayList<>();
    write(out, HEADER);
    List<byte[]> all = new ArrayList<>();
    all.add(ascii("<< /Type /Catalog /Pages 2 0 R " + catalog + " >>"));
    all.addAll(objects);
    for (int i = 0; i < all.size(); i++) {
      offsets.add(out.size());
      write(out, (i + 1) + " 0 obj\n");
      out.writeBytes(all.get(i));
      write(out, "\nendobj\n");
    }
    int table = out.size();
    write(out, "xref\n0 %d\n0000000000 65535 f \n".formatted(all.size() + 1));
    offsets.forEach(offset -> write(out, String.format(Locale.ROOT, "%010d 00000 n \n", offset)));
    write(
        out,
        "trailer << /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n"
            .formatted(all.size() + 1, trailer, table));
    return out.toByteArray();
  }

  /** The number of the object; the catalog is the first. */
  private int object(String text) {
    objects.add(ascii(text));
    return objects.size() + 1;
  }

  private static String reference(int object) {
    return object + " 0 R ";
  }

  private static byte[] stream(String entries, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(out, "<< /Length %d %s >>\nstream\n".formatted(content.length, entries));
    out.writeBytes(content);
    write(out, "\nendstream");
    return out.toByteArray();
  }

  private static void write(ByteArrayOutputStream out, String text) {
    out.writeBytes(ascii(text));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
