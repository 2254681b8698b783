package io.github.refragstreams.app.config;

/**
 * A setting as it is in force, fit to be shown.
 *
 * @param name dotted name
 * @param value as it is written, without secrets
 * @param origin file with its line, environment variable, option or {@value #DEFAULT}
 */
public record EffectiveSetting(String name, String value, String origin) {
  /** Origin of what nobody has set. */
  public static final String DEFAULT = "default";
}
