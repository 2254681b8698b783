package io.github.refragstreams.app.config;

/**
 * How the values of a key are written.
 *
 * @param <T> what they are read as
 */
public interface ValueType<T> {
  /** What a value looks like, for error messages and the reference page. */
  String expected();

  /**
   * @param written scalar, list or map as YAML has read it, or the text of an environment variable
   *     or flag
   * @throws IllegalArgumentException when it is not a value of this type; the message is not shown
   */
  T read(Object written);

  /** The value as it would be written in the file. */
  String write(T value);
}
