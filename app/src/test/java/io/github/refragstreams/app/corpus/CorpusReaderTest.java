package io.github.refragstreams.app.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.app.data.BadInputException;
import io.github.refragstreams.app.data.Passage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorpusReaderTest {
  private static final CorpusLimits LIMITS = new CorpusLimits(200, 1 << 20);
  private static final String ROW = "{\"pid\": \"%s\", \"title\": \"T\", \"text\": \"%s\"}\n";

  @TempDir private Path folder;

  @Test
  void readsEveryKindOfFileInTheOrderOfTheirNames() throws IOException {
    // Given
    write("b.txt", "Plain words.\n\nMore of them.");
    write("a/rows.jsonl", ROW.formatted("r1", "A row."));
    write("a/page.html", "<title>A page</title><h2>Part</h2><p>Of HTML.</p>");
    write("c.MD", "# Notes\n\nIn Markdown.");
    Files.write(folder.resolve("d.pdf"), Pdf.of("Printed words.").titled("A print").bytes());
    write("picture.png", "not read");
    // When
    Corpus corpus = CorpusReader.read(folder, LIMITS);
    // Then
    assertThat(corpus.passages())
        .containsExactly(
            new Passage("a/page.html#0", "A page - Part", "Of HTML.", "a/page.html"),
            new Passage("r1", "T", "A row."),
            new Passage("b.txt#0", "b", "Plain words.\nMore of them.", "b.txt"),
            new Passage("c.MD#0", "Notes", "In Markdown.", "c.MD"),
            new Passage("d.pdf#0", "A print", "Printed words.", "d.pdf"));
    assertThat(corpus.skipped()).isEmpty();
    assertThat(corpus.summary()).isEqualTo("5 passages of 5 files, 1 of other kinds");
  }

  @Test
  void readsTheSameTwice() throws IOException {
    // Given
    for (int i = 0; i < 20; i++) {
      write("folder" + i % 3 + "/file" + i + ".txt", "Text number " + i + ".");
    }
    // When
    Corpus once = CorpusReader.read(folder, LIMITS);
    Corpus again = CorpusReader.read(folder, LIMITS);
    // Then
    assertThat(again).isEqualTo(once);
  }

  @Test
  void readsASingleFile() throws IOException {
    // Given
    write("only.txt", "Words.");
    write("other.txt", "Not these.");
    // When
    Corpus corpus = CorpusReader.read(folder.resolve("only.txt"), LIMITS);
    // Then
    assertThat(corpus.passages()).extracting(Passage::pid).containsExactly("only.txt#0");
  }

  @Test
  void leavesOutBadFilesByNameAndReadsTheRest() throws IOException {
    // Given
    write("good.txt", "Words.");
    write("rows.jsonl", ROW.formatted("r1", "A row.") + "{\"pid\": \"r2\"}\n");
    Files.write(folder.resolve("latin.txt"), "Zürich".getBytes(StandardCharsets.ISO_8859_1));
    Files.write(folder.resolve("binary.md"), new byte[] {'a', 0, 'b'});
    write("broken.pdf", "%PDF-1.7\n1 0 obj\n<< /Type /Catalog");
    Files.write(folder.resolve("empty.pdf"), Pdf.of().bytes());
    write("huge.txt", "word ".repeat(LIMITS.fileBytes() / 5 + 1));
    // When
    Corpus corpus = CorpusReader.read(folder, LIMITS);
    // Then
    assertThat(corpus.passages()).extracting(Passage::pid).containsExactly("good.txt#0");
    assertThat(corpus.skipped())
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("binary.md: is not text in UTF-8"),
            line -> assertThat(line).startsWith("broken.pdf: is no PDF that can be read ("),
            line ->
                assertThat(line).isEqualTo("empty.pdf: has no text; pictures of text are not read"),
            line ->
                assertThat(line)
                    .isEqualTo("huge.txt: has 1048580 bytes; retriever.max-file is 1048576"),
            line -> assertThat(line).isEqualTo("latin.txt: is not text in UTF-8"),
            line -> assertThat(line).isEqualTo("rows.jsonl:2: 'text' is missing or empty"));
    assertThat(corpus.summary()).isEqualTo("1 passages of 1 file, 6 skipped");
  }

  @Test
  void doesNotLeaveTheFolder(@TempDir Path outside) throws IOException {
    // Given
    Path secret = Files.writeString(outside.resolve("secret.txt"), "Not for everybody.");
    write("in/inside.txt", "Words.");
    write("a..%2f..%2fsecret.txt", "A name, no path.");
    write("a..\\..\\secret.txt", "Another one.");
    Files.createSymbolicLink(folder.resolve("out.txt"), secret);
    Files.createSymbolicLink(folder.resolve("relative.txt"), folder.relativize(secret));
    Files.createSymbolicLink(folder.resolve("folder.txt"), outside);
    Files.createSymbolicLink(folder.resolve("lost.txt"), folder.resolve("gone.txt"));
    Files.createSymbolicLink(folder.resolve("loop"), folder);
    // When
    Corpus corpus = CorpusReader.read(folder, LIMITS);
    // Then
    assertThat(corpus.passages()).extracting(Passage::text).doesNotContain("Not for everybody.");
    assertThat(corpus.passages())
        .extracting(Passage::pid)
        .containsExactlyInAnyOrder(
            "a..%2f..%2fsecret.txt#0", "a..\\..\\secret.txt#0", "in/inside.txt#0");
    assertThat(corpus.skipped())
        .containsExactly(
            "folder.txt: is a link out of the folder",
            "lost.txt: leads nowhere",
            "out.txt: is a link out of the folder",
            "relative.txt: is a link out of the folder");
  }

  /** How Kubernetes mounts files. */
  @Test
  void readsLinksToHiddenFoldersInTheFolderOnce() throws IOException {
    // Given
    write("..2026_01_01/notes.txt", "Words.");
    Files.createSymbolicLink(folder.resolve("..data"), Path.of("..2026_01_01"));
    Files.createSymbolicLink(folder.resolve("notes.txt"), Path.of("..data", "notes.txt"));
    // When
    Corpus corpus = CorpusReader.read(folder, LIMITS);
    // Then
    assertThat(corpus.passages()).extracting(Passage::pid).containsExactly("notes.txt#0");
    assertThat(corpus.skipped()).isEmpty();
  }

  @Test
  void showsNamesThatTerminalsWouldObeyAsNumbers() throws IOException {
    // Given
    write("good.txt", "Words.");
    write("\u001b[2Jred\n.txt", "Words.");
    write("n".repeat(201) + ".txt", "Words.");
    // When
    Corpus corpus = CorpusReader.read(folder, LIMITS);
    // Then
    assertThat(corpus.passages()).extracting(Passage::pid).containsExactly("good.txt#0");
    assertThat(corpus.skipped())
        .containsExactly(
            "\\u{1b}[2Jred\\u{a}.txt: its name has characters that cannot be printed",
            "n".repeat(201) + ".txt: its path has 205 characters; at most 200");
  }

  @Test
  void doesNotUnpackMoreThanItTakes() throws IOException {
    // Given
    write("good.txt", "Words.");
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve("bomb.jsonl.gz")))) {
      out.write(
          ("{\"pid\": \"p\", \"text\": \"" + "a".repeat(8 << 20)).getBytes(StandardCharsets.UTF_8));
    }
    // When
    Corpus corpus = CorpusReader.read(folder, LIMITS);
    // Then
    assertThat(corpus.skipped())
        .containsExactly("bomb.jsonl.gz: cannot be read after line 0: more than 1048576 bytes");
  }

  @Test
  void archivesAreNotOpenedWhateverTheyAreCalled() throws IOException {
    // Given
    write("good.txt", "Words.");
    for (String name : List.of("archive.zip", "archive.pdf", "archive.txt")) {
      try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(folder.resolve(name)))) {
        zip.putNextEntry(new ZipEntry("../../inner.txt"));
        zip.write("Packed words.".getBytes(StandardCharsets.UTF_8));
      }
    }
    // When
    Corpus corpus = CorpusReader.read(folder, LIMITS);
    // Then
    assertThat(corpus.passages()).extracting(Passage::pid).containsExactly("good.txt#0");
    assertThat(corpus.others()).isEqualTo(1);
    assertThat(corpus.skipped())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("archive.pdf: is no PDF that can be read ("),
            line -> assertThat(line).isEqualTo("archive.txt: is not text in UTF-8"));
  }

  @Test
  void aPidOfAnotherFileIsRefused() throws IOException {
    // Given
    write("a.jsonl", ROW.formatted("p", "One."));
    write("b.jsonl", ROW.formatted("q", "Two.") + ROW.formatted("p", "Three."));
    // When
    Corpus corpus = CorpusReader.read(folder, LIMITS);
    // Then
    assertThat(corpus.passages()).extracting(Passage::text).containsExactly("One.");
    assertThat(corpus.skipped()).containsExactly("b.jsonl: pid 'p' occurs in a.jsonl already");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing", "nothing.txt"})
  void saysThatThereIsNoSuchFile(String name) {
    assertThatThrownBy(() -> CorpusReader.read(folder.resolve(name), LIMITS))
        .isInstanceOf(BadInputException.class)
        .hasMessage(folder.resolve(name) + ": no such file or folder");
  }

  @Test
  void saysThatAFolderHasNoPassagesAndWhy() throws IOException {
    write("latin.txt", "");
    Files.write(folder.resolve("latin.txt"), new byte[] {(byte) 0xff});
    assertThatThrownBy(() -> CorpusReader.read(folder, LIMITS))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith(folder + ": no passages in files with the endings .jsonl, ")
        .hasMessageEndingWith("; latin.txt: is not text in UTF-8");
  }

  @Test
  void saysWhatASingleFileMayBe() throws IOException {
    write("book.epub", "words");
    write("bad.txt", "");
    Files.write(folder.resolve("bad.txt"), new byte[] {(byte) 0xff});
    assertThatThrownBy(() -> CorpusReader.read(folder.resolve("book.epub"), LIMITS))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("book.epub: expected a folder, or a name with one of the endings")
        .hasMessageContaining(".pdf");
    assertThatThrownBy(() -> CorpusReader.read(folder.resolve("bad.txt"), LIMITS))
        .isInstanceOf(BadInputException.class)
        .hasMessage(folder.resolve("bad.txt") + ": is not text in UTF-8");
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
