package io.github.refragstreams.model.internal.text;

/**
 * A word of a text.
 *
 * @param term what it is compared by: lower case, without accents, stemmed
 * @param stop whether it is too common to tell texts apart
 * @param start first character, UTF-16 code units
 * @param end end, exclusive
 */
public record Word(String term, boolean stop, int start, int end) {}
