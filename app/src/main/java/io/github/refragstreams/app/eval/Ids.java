package io.github.refragstreams.app.eval;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Names of constants in reports and on the command line. */
final class Ids {
  private Ids() {}

  static String id(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /**
   * @param problem what is wrong with a name that no constant has, to be read after it
   * @throws IllegalArgumentException when no constant has that name
   */
  static <E extends Enum<E>> E of(Class<E> type, String id, String problem) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> id(constant).equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    Arrays.stream(type.getEnumConstants())
                        .map(Ids::id)
                        .collect(
                            Collectors.joining(
                                ", ", "'" + id + "' " + problem + "; choose from ", ""))));
  }
}
