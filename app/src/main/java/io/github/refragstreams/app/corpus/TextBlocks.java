package io.github.refragstreams.app.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Plain text and Markdown, cut at blank lines. Markup within a paragraph stays as it is. */
final class TextBlocks {
  private static final Pattern HEADING = Pattern.compile(" {0,3}#{1,6}\\h+(.*?)\\h*#*\\h*");
  private static final Pattern FENCE = Pattern.compile(" {0,3}(```|~~~).*");

  private final List<Block> blocks = new ArrayList<>();
  private final StringBuilder paragraph = new StringBuilder();

  private TextBlocks() {}

  static DocumentText plain(String text) {
    TextBlocks blocks = new TextBlocks();
    text.lines().forEach(blocks::line);
    blocks.endParagraph();
    return new DocumentText(null, blocks.blocks);
  }

  /** Its title is the heading that it begins with. */
  static DocumentText markdown(String text) {
    TextBlocks blocks = new TextBlocks();
    boolean code = false;
    for (String line : text.lines().toList()) {
      code ^= FENCE.matcher(line).matches();
      Matcher heading = HEADING.matcher(line);
      if (!code && heading.matches()) {
        blocks.endParagraph();
        blocks.add(true, heading.group(1));
      } else {
        blocks.line(line);
      }
    }
    blocks.endParagraph();
    boolean titled = !blocks.blocks.isEmpty() && blocks.blocks.get(0).heading();
    return new DocumentText(titled ? blocks.blocks.get(0).text() : null, blocks.blocks);
  }

  private void line(String line) {
    if (line.isBlank()) {
      endParagraph();
    } else {
      paragraph.append(line.stripTrailing()).append('\n');
    }
  }

  private void endParagraph() {
    add(false, paragraph.toString());
    paragraph.setLength(0);
  }

  private void add(boolean heading, String text) {
    if (!text.isBlank()) {
      blocks.add(new Block(heading, text.strip()));
    }
  }
}
