/** Continuous batching over any model that keeps its state in rows. */
@NullMarked
package io.github.refragstreams.model.internal.decode;

import org.jspecify.annotations.NullMarked;
