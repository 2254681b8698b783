/** Records that cannot be used, and the one form in which they go to the dead letters. */
@NullMarked
package io.github.refragstreams.topology.internal.refusal;

import org.jspecify.annotations.NullMarked;
