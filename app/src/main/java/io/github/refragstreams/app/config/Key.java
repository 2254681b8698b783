package io.github.refragstreams.app.config;

import java.util.Locale;

/**
 * One setting: where it stands, how it is written, and what it means.
 *
 * @param name dotted name in the file
 * @param type how values are written
 * @param defaultValue value when nobody sets it
 * @param meaning a sentence for the reference page, in Markdown
 * @param <T> what values are read as
 */
public record Key<T>(String name, ValueType<T> type, T defaultValue, String meaning) {
  /** Prefix of the environment variables. */
  public static final String ENVIRONMENT_PREFIX = "REFRAG_";

  /** The environment variable that sets it. */
  public String variable() {
    return ENVIRONMENT_PREFIX + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }
}
