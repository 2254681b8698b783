package io.github.refragstreams.model;

/**
 * A span of a passage that an answer rests on.
 *
 * @param passageId the passage
 * @param firstChunk first chunk of the span
 * @param lastChunk last chunk, inclusive
 * @param start first character in the passage's own text, UTF-16 code units
 * @param end end in the passage's own text, exclusive
 * @param expanded whether the policy kept a chunk of the span raw
 */
public record CitedSpan(
    String passageId, int firstChunk, int lastChunk, int start, int end, boolean expanded) {}
