@NullMarked
package io.github.refragstreams.topology.internal.refusal;

import org.jspecify.annotations.NullMarked;
