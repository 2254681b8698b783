package io.github.refragstreams.app.acls;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Names of Kafka's constants as its tools and Strimzi write them: {@code DescribeConfigs}. */
final class Names {
  private Names() {}

  /** The words of a constant, each with a capital. */
  static String of(Enum<?> constant) {
    return Arrays.stream(constant.name().split("_"))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }

  /** The same, beginning with a small letter. */
  static String camel(Enum<?> constant) {
    String name = of(constant);
    return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
  }
}
