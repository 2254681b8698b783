package io.github.refragstreams.app.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.xml.sax.Attributes;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** Headings and paragraphs of the XHTML that a parser makes of a document. */
final class BlockHandler extends DefaultHandler {
  private static final Pattern GAP = Pattern.compile("[\\s\\p{Cntrl}\\u00a0]+");

  /** What nobody reads on a page. */
  private static final Set<String> UNREAD =
      Set.of(
          "head",
          "script",
          "style",
          "template",
          "noscript",
          "svg",
          "math",
          "iframe",
          "object",
          "embed",
          "select",
          "textarea",
          "button");

  private static final Set<String> HEADINGS = Set.of("h1", "h2", "h3", "h4", "h5", "h6");

  private static final Set<String> INLINE =
      Set.of(
          "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font",
          "i", "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong",
          "sub", "sup", "time", "tt", "u", "var", "wbr");

  /** These part words, not paragraphs. */
  private static final Set<String> GAPS = Set.of("br", "img", "td", "th");

  private final int mostChars;
  private final List<Block> blocks = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private int chars;
  private int unread;

  /** More characters than are taken. */
  static final class TooLongException extends SAXException {
    private static final long serialVersionUID = 1L;
  }

  BlockHandler(int mostChars) {
    this.mostChars = mostChars;
  }

  /** Words with single spaces between them. */
  static String oneLine(CharSequence text) {
    return GAP.matcher(text).replaceAll(" ").strip();
  }

  List<Block> blocks() {
    return blocks;
  }

  @Override
  public void startElement(String uri, String local, String qualified, Attributes attributes) {
    String name = local.toLowerCase(Locale.ROOT);
    if (UNREAD.contains(name)) {
      unread++;
    } else if (GAPS.contains(name)) {
      text.append(' ');
    } else if (!INLINE.contains(name)) {
      endBlock(false);
    }
  }

  @Override
  public void endElement(String uri, String local, String qualified) {
    String name = local.toLowerCase(Locale.ROOT);
    if (UNREAD.contains(name)) {
      unread--;
    } else if (!GAPS.contains(name) && !INLINE.contains(name)) {
      endBlock(HEADINGS.contains(name));
    }
  }

  @Override
  public void characters(char[] source, int start, int length) throws SAXException {
    chars += length;
    if (chars > mostChars) {
      throw new TooLongException();
    }
    if (unread == 0) {
      text.append(source, start, length);
    }
  }

  @Override
  public void ignorableWhitespace(char[] source, int start, int length) throws SAXException {
    characters(source, start, length);
  }

  @Override
  public void endDocument() {
    endBlock(false);
  }

  private void endBlock(boolean heading) {
    String block = oneLine(text);
    text.setLength(0);
    if (!block.isEmpty()) {
      blocks.add(new Block(heading, block));
    }
  }
}
