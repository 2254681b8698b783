package io.github.refragstreams.app.corpus;

/** Names of files as they can be shown: nobody's terminal or log obeys a file's name. */
final class FileNames {
  private FileNames() {}

  /** The name with everything that is no visible character or space written as its number. */
  static String printable(String name) {
    StringBuilder shown = new StringBuilder(name.length());
    name.codePoints()
        .forEach(
            character -> {
              if (isPrintable(character)) {
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
