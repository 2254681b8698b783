@NullMarked
package io.github.refragstreams.topology.internal.work;

import org.jspecify.annotations.NullMarked;
