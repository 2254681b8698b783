package io.github.refragstreams.app.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.apache.tika.exception.EncryptedDocumentException;
import org.apache.tika.exception.TikaException;
import org.apache.tika.extractor.EmbeddedDocumentExtractor;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.parser.html.HtmlMapper;
import org.apache.tika.parser.html.JSoupParser;
import org.apache.tika.parser.pdf.PDFParser;
import org.apache.tika.parser.pdf.PDFParserConfig;
import org.jspecify.annotations.Nullable;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/** HTML and PDF through Apache Tika: their own text, and nothing that is packed into them. */
final class TikaText {
  private static final String NO_TEXT = "has no text; pictures of text are not read";

  private TikaText() {}

  /**
   * @param kind HTML or PDF
   * @param mostChars most characters of text, markup not counted
   */
  static DocumentText read(FileKind kind, byte[] content, int mostChars)
      throws UnreadableException {
    BlockHandler handler = new BlockHandler(mostChars);
    Metadata metadata = new Metadata();
    Parser parser = kind == FileKind.PDF ? new PDFParser() : new JSoupParser();
    try (InputStream in = TikaInputStream.get(content)) {
      parser.parse(in, handler, metadata, context());
      handler.endDocument();
    } catch (EncryptedDocumentException e) {
      throw new UnreadableException("is encrypted");
    } catch (IOException | SAXException | TikaException | RuntimeException | StackOverflowError e) {
      throw new UnreadableException(
          cause(e, BlockHandler.TooLongException.class)
              ? "has more than " + mostChars + " characters of text"
              : "is no " + kind.name() + " that can be read (" + innermost(e) + ")");
    }
    if (handler.blocks().isEmpty()) {
      throw new UnreadableException(NO_TEXT);
    }
    return new DocumentText(title(metadata), handler.blocks());
  }

  private static @Nullable String title(Metadata metadata) {
    String title = metadata.get(TikaCoreProperties.TITLE);
    String stripped = title == null ? "" : BlockHandler.oneLine(title);
    return stripped.isEmpty() ? null : stripped;
  }

  private static ParseContext context() {
    PDFParserConfig pdf = new PDFParserConfig();
    pdf.setOcrStrategy(PDFParserConfig.OCR_STRATEGY.NO_OCR);
    pdf.setExtractInlineImages(false);
    pdf.setExtractActions(false);
    pdf.setExtractBookmarksText(false);
    ParseContext context = new ParseContext();
    context.set(PDFParserConfig.class, pdf);
    context.set(HtmlMapper.class, new AllElements());
    context.set(EmbeddedDocumentExtractor.class, new NothingEmbedded());
    return context;
  }

  private static boolean cause(Throwable failure, Class<?> type) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return true;
      }
    }
    return false;
  }

  private static String innermost(Throwable failure) {
    Throwable innermost = failure;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    return innermost.getClass().getSimpleName();
  }

  /** Which of them are read is for {@link BlockHandler} to say. */
  private static final class AllElements implements HtmlMapper {
    @Override
    public String mapSafeElement(String name) {
      return name.toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean isDiscardElement(String name) {
      return false;
    }

    @Override
    public @Nullable String mapSafeAttribute(String element, String attribute) {
      return null;
    }
  }

  private static final class NothingEmbedded implements EmbeddedDocumentExtractor {
    @Override
    public boolean shouldParseEmbedded(Metadata metadata) {
      return false;
    }

    @Override
    public void parseEmbedded(
        InputStream in, ContentHandler handler, Metadata metadata, boolean outputHtml) {}
  }
}
