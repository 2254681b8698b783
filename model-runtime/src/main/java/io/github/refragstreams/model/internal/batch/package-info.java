/** Threads and timers behind the batchers. */
@NullMarked
package io.github.refragstreams.model.internal.batch;

import org.jspecify.annotations.NullMarked;
