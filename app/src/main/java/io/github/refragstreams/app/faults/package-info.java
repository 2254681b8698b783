/**
 * Real processes that are killed, stopped and starved in the middle of their work, and what must
 * hold of their outputs all the same.
 */
@NullMarked
package io.github.refragstreams.app.faults;

import org.jspecify.annotations.NullMarked;
