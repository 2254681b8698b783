package io.github.refragstreams.app.text;

/**
 * What others wrote, such as names of files, keys and answers, as it can be shown: nobody's
 * terminal or log obeys it.
 */
public final class Printable {
  private static final String LINE_BREAKS = "\n\t";

  /** Many scripts and emoji need them inside of words. */
  private static final String JOINERS = "\u200C\u200D";

  private Printable() {}

  /** In one line: everything that is no visible character or space is written as its number. */
  public static String line(String text) {
    return shown(text, "");
  }

  /** The same, but line feeds, tabs and joiners stay. */
  public static String text(String text) {
    return shown(text, LINE_BREAKS + JOINERS);
  }

  private static String shown(String text, String kept) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            character -> {
              if (isPrintable(character) || kept.indexOf(character) >= 0) {
                shown.appendCodePoint(character);
              } else {
                shown.append("\\u{%x}".formatted(character));
              }
            });
    return shown.toString();
  }

  private static boolean isPrintable(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> character != '\uFFFD';
    };
  }
}
