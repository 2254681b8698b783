package io.github.refragstreams.app.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TikaTextTest {
  private static final int MOST = 100_000;

  @Test
  void readsHeadingsAndParagraphsOfAPage() throws UnreadableException {
    // When
    DocumentText text =
        html(
            """
            <html><head><title>The  Orkhon</title><meta charset="utf-8"></head><body>
            <h1>The Orkhon</h1><div>A <b>river</b> in the north.</div><div>It is 1124&nbsp;km<br>long.</div>
            <h2>Towns</h2><ul><li>Kharkhorin</li><li>Bulgan</li></ul>
            <table><tr><th>Town</th><th>People</th></tr><tr><td>Bulgan</td><td>12 323</td></tr></table>
            """);
    // Then
    assertThat(text.title()).isEqualTo("The Orkhon");
    assertThat(text.blocks())
        .containsExactly(
            new Block(true, "The Orkhon"),
            new Block(false, "A river in the north."),
            new Block(false, "It is 1124 km long."),
            new Block(true, "Towns"),
            new Block(false, "Kharkhorin"),
            new Block(false, "Bulgan"),
            new Block(false, "Town People"),
            new Block(false, "Bulgan 12 323"));
  }

  @Test
  void leavesScriptsAndWhatNobodyReadsOnThePage() throws UnreadableException {
    // When
    DocumentText text =
        html(
            """
            <p>Before.</p><script>alert("boo")</script><style>p { color: red }</style>
            <p onclick="steal()">Between.</p><noscript>No script.</noscript><template><p>T</p></template>
            <svg><text>drawn</text></svg><iframe src="http://127.0.0.1:1/">framed</iframe>
            <img src="data:image/svg+xml;base64,PHN2Zy8+"><a href="javascript:alert(1)">After.</a>
            """);
    // Then
    assertThat(text.blocks())
        .extracting(Block::text)
        .containsExactly("Before.", "Between.", "After.");
  }

  @Test
  void readsPagesInTheirOwnCharacterSet() throws UnreadableException {
    byte[] page =
        "<meta charset=\"iso-8859-1\"><p>Zürich</p>".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(TikaText.read(FileKind.HTML, page, MOST).blocks())
        .containsExactly(new Block(false, "Zürich"));
  }

  @Test
  void readsPagesThatAreNestedVeryDeeply() throws UnreadableException {
    String page = "<div>".repeat(50_000) + "Deep." + "</div>".repeat(50_000);
    assertThat(html(page).blocks()).containsExactly(new Block(false, "Deep."));
  }

  @Test
  void stopsWhereThereIsMoreTextThanTaken() {
    assertThatThrownBy(() -> html("<p>" + "word ".repeat(MOST / 4)))
        .isInstanceOf(UnreadableException.class)
        .hasMessage("has more than 100000 characters of text");
  }

  @Test
  void readsThePartsOfAPdf() throws UnreadableException {
    // When
    DocumentText text = pdf(Pdf.of("The first part.", "The second part.").titled("Parts"));
    // Then
    assertThat(text.title()).isEqualTo("Parts");
    assertThat(text.blocks())
        .extracting(Block::text)
        .containsExactly("The first part.", "The second part.");
  }

  @Test
  void leavesOutWhatIsPackedIntoAPdf() throws UnreadableException {
    // When
    byte[] page = "<p>Packed words.</p>".getBytes(StandardCharsets.UTF_8);
    DocumentText text = pdf(Pdf.of("Printed words.").attached("page.html", page));
    // Then
    assertThat(text.blocks()).extracting(Block::text).containsExactly("Printed words.");
  }

  @Test
  void xmlInAPdfReachesNeitherFilesNorAddresses(@TempDir Path folder) throws Exception {
    // Given
    Path secret = Files.writeString(folder.resolve("secret"), "Not for everybody.");
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String xml =
          """
          <?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
          <!DOCTYPE x [<!ENTITY file SYSTEM "%s">
            <!ENTITY %% remote SYSTEM "http://127.0.0.1:%d/x.dtd"> %%remote;]>
          <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
          <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt>
          <rdf:li xml:lang="x-default">&file;</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta>
          <?xpacket end="w"?>
          """
              .formatted(secret.toUri(), server.getLocalPort());
      // When
      DocumentText text = pdf(Pdf.of("Printed words.").metadata(xml));
      // Then
      assertThat(text.blocks()).extracting(Block::text).containsExactly("Printed words.");
      assertThat(text.title()).isNull();
      server.setSoTimeout(1);
      assertThatThrownBy(server::accept).isInstanceOf(IOException.class);
    }
  }

  private static DocumentText html(String page) throws UnreadableException {
    return TikaText.read(FileKind.HTML, page.getBytes(StandardCharsets.UTF_8), MOST);
  }

  private static DocumentText pdf(Pdf pdf) throws UnreadableException {
    return TikaText.read(FileKind.PDF, pdf.bytes(), MOST);
  }
}
