/** Asking a question over Kafka and following its answer. */
@NullMarked
package io.github.refragstreams.app.client;

import org.jspecify.annotations.NullMarked;
