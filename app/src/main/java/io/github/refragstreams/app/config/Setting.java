package io.github.refragstreams.app.config;

/**
 * A value that somebody has set.
 *
 * @param written as it was written
 * @param origin where, for error messages
 */
record Setting(Object written, String origin) {}
