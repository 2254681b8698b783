@NullMarked
package io.github.refragstreams.topology.internal.record;

import org.jspecify.annotations.NullMarked;
