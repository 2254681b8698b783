@NullMarked
package io.github.refragstreams.topology.internal.store;

import org.jspecify.annotations.NullMarked;
