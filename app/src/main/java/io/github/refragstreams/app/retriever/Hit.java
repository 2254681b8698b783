package io.github.refragstreams.app.retriever;

import io.github.refragstreams.app.data.Passage;

/**
 * A passage that was found.
 *
 * @param passage the passage
 * @param rank its place, 0 = best
 * @param score the retriever's score, larger is better
 */
public record Hit(Passage passage, int rank, double score) {}
