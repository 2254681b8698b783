@NullMarked
package io.github.refragstreams.topology.internal.intake;

import org.jspecify.annotations.NullMarked;
