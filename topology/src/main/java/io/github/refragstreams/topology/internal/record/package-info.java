/** Records on their way through the topology, and where they came from. */
@NullMarked
package io.github.refragstreams.topology.internal.record;

import org.jspecify.annotations.NullMarked;
