/** What clients send: checked, and sent on to where it is worked on. */
@NullMarked
package io.github.refragstreams.topology.internal.intake;

import org.jspecify.annotations.NullMarked;
