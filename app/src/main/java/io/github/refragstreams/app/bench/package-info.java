/** Measurements: time to first token, and questions through the whole Kafka path. */
@NullMarked
package io.github.refragstreams.app.bench;

import org.jspecify.annotations.NullMarked;
