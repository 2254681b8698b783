/**
 * Retrievers over passages in memory: by words (BM25), by vectors (HNSW), by both, and what
 * completes follow-ups for them.
 */
@NullMarked
package io.github.refragstreams.app.retriever;

import org.jspecify.annotations.NullMarked;
