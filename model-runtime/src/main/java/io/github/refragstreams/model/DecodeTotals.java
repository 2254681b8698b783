package io.github.refragstreams.model;

/**
 * What decoding has cost since the start, prompts not counted.
 *
 * @param steps decoding steps
 * @param rows rows over all steps: tokens decoded
 * @param stepNanos time in steps
 * @param engineNanos of these, time inside the engine; the rest is the runtime's own
 */
public record DecodeTotals(long steps, long rows, long stepNanos, long engineNanos) {}
