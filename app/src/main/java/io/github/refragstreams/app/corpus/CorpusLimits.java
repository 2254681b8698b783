package io.github.refragstreams.app.corpus;

/**
 * How much is taken from files.
 *
 * @param passageChars most characters of a passage, its title not counted
 * @param fileBytes most bytes of a file, packed and unpacked, and most characters of its text
 */
public record CorpusLimits(int passageChars, int fileBytes) {}
