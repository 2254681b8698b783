@NullMarked
package io.github.refragstreams.topology.internal.telemetry;

import org.jspecify.annotations.NullMarked;
