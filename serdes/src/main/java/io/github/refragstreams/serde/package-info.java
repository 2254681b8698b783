/**
 * Events on the wire: the Confluent wire format, clients of a Confluent-compatible schema registry,
 * and {@link io.github.refragstreams.serde.EventSerdes} for the events themselves.
 */
@NullMarked
package io.github.refragstreams.serde;

import org.jspecify.annotations.NullMarked;
