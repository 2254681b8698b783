/** Framing, the registry in memory, and the registry over REST. */
@NullMarked
package io.github.refragstreams.serde.internal;

import org.jspecify.annotations.NullMarked;
