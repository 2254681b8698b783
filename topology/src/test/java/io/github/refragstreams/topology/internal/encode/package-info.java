@NullMarked
package io.github.refragstreams.topology.internal.encode;

import org.jspecify.annotations.NullMarked;
