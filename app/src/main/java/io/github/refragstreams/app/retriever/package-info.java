/** The sample retriever: keyword search over passages, kept in memory. */
@NullMarked
package io.github.refragstreams.app.retriever;

import org.jspecify.annotations.NullMarked;
