package io.github.refragstreams.app.config;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The types that keys have. Times and sizes carry their unit; a bare number is refused. */
public final class ValueTypes {
  private static final Pattern QUANTITY = Pattern.compile("(\\d{1,15})\\s*([A-Za-z]+)");
  private static final Map<String, Long> MILLIS =
      units("ms", 1L, "s", 1000L, "m", 60L, "h", 60L, "d", 24L);
  private static final Map<String, Long> BYTES =
      units("B", 1L, "KiB", 1024L, "MiB", 1024L, "GiB", 1024L);

  private static final Set<String> URL_SCHEMES = Set.of("http", "https");

  private static final Pattern ORIGIN = Pattern.compile("https?://[A-Za-z0-9.-]+(:\\d{1,5})?");

  private static final Pattern NAME_PREFIX = Pattern.compile("[a-zA-Z0-9._-]{1,64}");

  private static final Duration LONGEST = Duration.ofMillis(Long.MAX_VALUE);

  private ValueTypes() {}

  /** Any text. */
  public static ValueType<String> text() {
    return type("text", ValueTypes::scalar, Function.identity());
  }

  /** A whole number from {@code least} to {@code most}. */
  public static ValueType<Integer> integer(int least, int most) {
    return type(
        most == Integer.MAX_VALUE
            ? "a whole number, at least " + least
            : "a whole number from " + least + " to " + most,
        written -> {
          int value = new BigDecimal(scalar(written)).intValueExact();
          return require(value, v -> v >= least && v <= most);
        },
        String::valueOf);
  }

  /** A whole number of at least {@code least}. */
  public static ValueType<Integer> integer(int least) {
    return integer(least, Integer.MAX_VALUE);
  }

  /** A whole number of at least {@code least} that may be very large. */
  public static ValueType<Long> whole(long least) {
    return type(
        "a whole number, at least " + least,
        written ->
            require(new BigDecimal(scalar(written)).longValueExact(), value -> value >= least),
        String::valueOf);
  }

  /** A number from 0 to 1. */
  public static ValueType<Float> fraction() {
    return type(
        "a number from 0 to 1",
        written -> require(Float.parseFloat(scalar(written)), v -> v >= 0 && v <= 1),
        String::valueOf);
  }

  /** A time from {@code least} to {@code most}, with its unit. */
  public static ValueType<Duration> duration(Duration least, Duration most) {
    String lower = least.isZero() ? "" : ", at least " + write(least.toMillis(), MILLIS);
    String upper = most.equals(LONGEST) ? "" : ", at most " + write(most.toMillis(), MILLIS);
    return type(
        "a time such as 500ms, 10s, 5m, 2h or 7d" + lower + upper,
        written ->
            require(
                Duration.ofMillis(quantity(written, MILLIS)),
                v -> v.compareTo(least) >= 0 && v.compareTo(most) <= 0),
        value -> write(value.toMillis(), MILLIS));
  }

  /** A time of at least {@code least}, with its unit. */
  public static ValueType<Duration> duration(Duration least) {
    return duration(least, LONGEST);
  }

  /** A time with its unit. */
  public static ValueType<Duration> duration() {
    return duration(Duration.ZERO);
  }

  /** A URL, or nothing. */
  public static ValueType<Optional<URI>> urlOrOff() {
    return orOff(
        "a URL that begins with http:// or https://",
        written ->
            require(
                URI.create(written),
                url -> url.getHost() != null && URL_SCHEMES.contains(url.getScheme())));
  }

  /** Text, or nothing. */
  public static ValueType<Optional<String>> textOrOff() {
    return orOff("text", written -> written);
  }

  /** A SHA-256 in hexadecimal digits, in lower case, or nothing. */
  public static ValueType<Optional<String>> sha256OrOff() {
    return orOff(
        "64 hexadecimal digits",
        written ->
            require(written.toLowerCase(Locale.ROOT), digits -> digits.matches("[0-9a-f]{64}")));
  }

  /** What names of topics may begin with, or nothing. */
  public static ValueType<Optional<String>> namePrefixOrOff() {
    return orOff(
        "letters, digits, '.', '_' and '-', at most 64",
        written -> require(written, v -> NAME_PREFIX.matcher(v).matches()));
  }

  /** Origins of web pages: schemes with hosts and perhaps ports, in a list or between commas. */
  public static ValueType<List<String>> origins() {
    return type(
        "off, or origins such as https://example.org",
        written ->
            isOff(written)
                ? List.of()
                : (written instanceof List<?> list
                        ? list.stream().map(String::valueOf)
                        : Arrays.stream(scalar(written).split(",", -1)))
                    .map(origin -> require(origin.strip(), o -> ORIGIN.matcher(o).matches()))
                    .toList(),
        value -> value.isEmpty() ? "off" : String.join(",", value));
  }

  /** A number of bytes with its unit, from {@code least} to {@code most}. */
  public static ValueType<Long> size(long least, long most) {
    return type(
        "a size such as 512B, 64KiB, 16MiB or 1GiB"
            + (least == 0 ? "" : ", at least " + write(least, BYTES))
            + (most == Long.MAX_VALUE ? "" : ", at most " + write(most, BYTES)),
        written -> require(quantity(written, BYTES), v -> v >= least && v <= most),
        value -> write(value, BYTES));
  }

  /** A number of bytes with its unit. */
  public static ValueType<Long> size() {
    return size(0, Long.MAX_VALUE);
  }

  /** Yes or no. */
  public static ValueType<Boolean> bool() {
    return type(
        "true or false",
        written ->
            switch (scalar(written)) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException("neither");
            },
        String::valueOf);
  }

  /** One of the names of an enum, in lower case with hyphens. */
  public static <E extends Enum<E>> ValueType<E> oneOf(Class<E> type) {
    E[] constants = type.getEnumConstants();
    return type(
        Arrays.stream(constants)
            .map(ValueTypes::name)
            .collect(Collectors.joining(", ", "one of ", "")),
        written ->
            Arrays.stream(constants)
                .filter(constant -> name(constant).equals(scalar(written)))
                .findFirst()
                .orElseThrow(IllegalArgumentException::new),
        ValueTypes::name);
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A value, or nothing, which is written as {@code off}. */
  private static <T> ValueType<Optional<T>> orOff(String expected, Function<String, T> read) {
    return type(
        "off, or " + expected,
        written -> isOff(written) ? Optional.empty() : Optional.of(read.apply(scalar(written))),
        value -> value.map(String::valueOf).orElse("off"));
  }

  /** YAML 1.1, which Helm reads, takes {@code off} for the opposite of true. */
  private static boolean isOff(Object written) {
    return written.equals("off") || written.equals(Boolean.FALSE);
  }

  private static String scalar(Object written) {
    if (written instanceof List || written instanceof Map) {
      throw new IllegalArgumentException("not a scalar");
    }
    return written.toString();
  }

  private static <T> T require(T value, Predicate<T> holds) {
    if (!holds.test(value)) {
      throw new IllegalArgumentException("out of range");
    }
    return value;
  }

  private static long quantity(Object written, Map<String, Long> units) {
    Matcher matcher = QUANTITY.matcher(scalar(written));
    Long unit = matcher.matches() ? units.get(matcher.group(2)) : null;
    if (unit == null) {
      throw new IllegalArgumentException("unknown unit");
    }
    try {
      return Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("too large", e);
    }
  }

  /** In the largest unit that leaves a whole number. */
  private static String write(long value, Map<String, Long> units) {
    String written = "";
    for (Map.Entry<String, Long> unit : units.entrySet()) {
      if (written.isEmpty() || (value != 0 && value % unit.getValue() == 0)) {
        written = value / unit.getValue() + unit.getKey();
      }
    }
    return written;
  }

  /** Pairs of name and factor to the unit before, smallest first. */
  private static Map<String, Long> units(Object... pairs) {
    Map<String, Long> units = new LinkedHashMap<>();
    long size = 1;
    for (int i = 0; i < pairs.length; i += 2) {
      size *= (Long) pairs[i + 1];
      units.put((String) pairs[i], size);
    }
    return units;
  }

  private static <T> ValueType<T> type(
      String expected, Function<Object, T> read, Function<T, String> write) {
    return new ValueType<>() {
      @Override
      public String expected() {
        return expected;
      }

      @Override
      public T read(Object written) {
        try {
          return read.apply(written);
        } catch (ArithmeticException e) {
          throw new IllegalArgumentException(e);
        }
      }

      @Override
      public String write(T value) {
        return write.apply(value);
      }
    };
  }
}
