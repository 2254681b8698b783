/** Finished model work on its way back to the stream thread. */
@NullMarked
package io.github.refragstreams.topology.internal.work;

import org.jspecify.annotations.NullMarked;
