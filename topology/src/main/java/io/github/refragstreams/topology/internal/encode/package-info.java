/** The encode sub-topology: one encoding of a text for the whole cluster. */
@NullMarked
package io.github.refragstreams.topology.internal.encode;

import org.jspecify.annotations.NullMarked;
