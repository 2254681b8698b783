/** What a process tells of itself: meters, traces. */
@NullMarked
package io.github.refragstreams.app.telemetry;

import org.jspecify.annotations.NullMarked;
